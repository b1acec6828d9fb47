import { z } from 'zod';
import { createDriftCounter, type ScoredBox } from '../../domain/drift.ts';
import { judged, majorityOf } from '../../domain/survey/agreement.ts';
import { votesOf } from '../../stores/campaigns/answers.ts';
import { findCampaign } from '../../stores/campaigns/campaigns.ts';
import { modelInUse, readModel, roleOf } from '../../stores/detection/models.ts';
import { switchModel, undoSwitch } from '../../stores/detection/switches.ts';
import { asking } from '../../stores/finding/find.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import { comparedImages } from '../../stores/trials/compared.ts';
import {
  createTrial,
  findTrial,
  imagesOfCampaign,
  imagesToTry,
  listTrials,
  lockTrial,
  notePromotion,
  noteRollback,
  type Trial as TrialRow,
} from '../../stores/trials/trials.ts';
import type { ApiDeps } from '../deps.ts';
import { filterOf } from '../images/filter.ts';
import { presentDrift, presentJudged, presentTrial } from '../present/campaigns.ts';
import { pages } from '../present/page.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId, Uuid } from '../schemas/common.ts';
import { ImageQuery } from '../schemas/images.ts';
import { Trial, TrialCreate, TrialList, TrialQuery, TrialReport } from '../schemas/trials.ts';

const OneModel = z.object({ id: CatalogId });
const One = z.object({ id: Uuid });

/** A model beside the one in use, before and after it takes its place. */
export function trialRoutes(deps: ApiDeps): Route[] {
  const { db, dispatcher } = deps;

  async function find(id: string): Promise<TrialRow> {
    const row = await db.run((sql) => findTrial(sql, id));
    if (row === null) throw notFound('trial');
    return row;
  }

  /** How right both are, if the majority of the campaign's people is. */
  async function judgedBy(
    trial: TrialRow,
    seen: ReadonlyMap<number, { current: Set<string>; candidate: Set<string> }>,
  ) {
    const { campaignId } = trial;
    if (campaignId === null) return null;
    const campaign = await db.run((sql) => findCampaign(sql, campaignId));
    if (campaign === null) return null;
    const votes = await db.run((sql) => votesOf(sql, campaignId));
    const pairs = (which: 'current' | 'candidate') =>
      votes.flatMap((one) => {
        const [most, labels] = [majorityOf(one), seen.get(one.assetId)];
        return most === null || labels === undefined
          ? []
          : [[most, labels[which].has(campaign.label)] as const];
      });
    return {
      label: campaign.label,
      current: presentJudged(judged(pairs('current'))),
      candidate: presentJudged(judged(pairs('candidate'))),
    };
  }

  async function report(trial: TrialRow): Promise<z.input<typeof TrialReport>> {
    const counter = createDriftCounter();
    const seen = new Map<number, { current: Set<string>; candidate: Set<string> }>();
    for await (const { assetId, ...pair } of comparedImages(db, trial)) {
      counter.add(pair);
      if (trial.campaignId !== null) {
        seen.set(assetId, { current: shownIn(pair.current), candidate: shownIn(pair.candidate) });
      }
    }
    return {
      ...presentTrial(trial),
      ...presentDrift(counter.drift()),
      judged: await judgedBy(trial, seen),
    };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/models/{id}/trials',
      operationId: 'createTrial',
      summary: 'Let a model look at images beside the one in use, whose boxes go on counting',
      tag: 'campaigns',
      needs: 'manager',
      params: OneModel,
      body: TrialCreate,
      answers: { 202: { description: 'Begun', schema: Trial } },
      async handle({ params, body }, _req, res) {
        const candidate = await db.run((sql) => readModel(sql, params.id));
        if (candidate === null || candidate.removedAt !== null) throw notFound('model');
        if (candidate.family === 'imported')
          throw conflict('There is nothing of this model that could be run.');
        const tenant = await db.tx((tx) => ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT));
        const query = { ...(body.filter ?? ImageQuery.parse({})), tenant_name: tenant.name };
        const filter = await filterOf(deps, query);
        const id = await asking(db, async (tx) => {
          const current = await modelInUse(tx, tenant.id, roleOf(candidate));
          if (current === null)
            throw conflict('No model is in use that it could be compared with. Activate it.');
          if (current.id === candidate.id)
            throw conflict('The model is in use; there is nothing to compare.');
          const { campaign_id: campaignId = null } = body;
          if (campaignId !== null && (await findCampaign(tx, campaignId))?.tenantId !== tenant.id)
            throw notFound('campaign');
          const assetIds =
            campaignId === null
              ? await imagesToTry(tx, filter, body.images)
              : await imagesOfCampaign(tx, campaignId, body.images);
          if (assetIds.length === 0) throw badRequest('no_images', 'No image fits.');
          return createTrial(tx, {
            ...{
              tenantId: tenant.id,
              candidateId: candidate.id,
              currentId: current.id,
              campaignId,
              assetIds,
              imagesPerMinute: body.images_per_minute ?? null,
            },
          });
        });
        dispatcher.kick();
        res
          .status(202)
          .location(`/trials/${id}`)
          .json(presentTrial(await find(id)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trials',
      operationId: 'listTrials',
      summary: 'Trials of models, the latest first',
      tag: 'campaigns',
      needs: 'viewer',
      query: TrialQuery,
      answers: { 200: { description: 'One page', schema: TrialList } },
      async handle({ query }, _req, res) {
        const tenantId = await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT));
        const { trials, total } = await db.run((sql) =>
          listTrials(sql, {
            ...{ tenantId, candidateId: query.candidate_id ?? null },
            ...{ limit: query.limit, offset: (query.page - 1) * query.limit },
          }),
        );
        res.json({
          trials: trials.map(presentTrial),
          count: trials.length,
          ...pages(query, total),
        } satisfies z.input<typeof TrialList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/trials/{id}',
      operationId: 'getTrial',
      summary: 'How the candidate differs from the model in use, so far',
      tag: 'campaigns',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The trial, and what is to be drawn of it', schema: TrialReport } },
      async handle({ params }, _req, res) {
        res.json(await report(await find(params.id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/trials/{id}/promote',
      operationId: 'promoteCandidate',
      summary:
        'Put the candidate to use for the tenant; it looks at everything, and boxes of the other are kept',
      tag: 'campaigns',
      needs: 'manager',
      params: One,
      answers: { 200: { description: 'The trial', schema: Trial } },
      async handle({ params }, _req, res) {
        await db.tx(async (tx) => {
          await lockTrial(tx, params.id);
          const trial = await findTrial(tx, params.id);
          if (trial === null) throw notFound('trial');
          if (trial.promotedAt !== null && trial.rolledBackAt === null)
            throw conflict('The candidate was promoted before.');
          if (trial.state !== 'completed')
            throw conflict('The candidate has not looked at all images of the trial yet. Wait until it has.');
          const candidate = await readModel(tx, trial.candidateId);
          if (candidate === null || candidate.removedAt !== null)
            throw conflict('The candidate was removed.');
          const { id } = await switchModel(tx, {
            ...{ role: roleOf(candidate), tenantId: trial.tenantId, modelId: candidate.id, backfill: true },
          });
          await notePromotion(tx, params.id, id);
        });
        dispatcher.kick();
        res.json(presentTrial(await find(params.id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/trials/{id}/rollback',
      operationId: 'rollBackCandidate',
      summary: 'Give the place back to the model before; what it said counts again',
      tag: 'campaigns',
      needs: 'manager',
      params: One,
      answers: { 200: { description: 'The trial', schema: Trial } },
      async handle({ params }, _req, res) {
        await db.tx(async (tx) => {
          await lockTrial(tx, params.id);
          const trial = await findTrial(tx, params.id);
          if (trial === null) throw notFound('trial');
          if (trial.switchId === null || trial.rolledBackAt !== null)
            throw conflict('The candidate was not promoted, or was rolled back before.');
          const { end } = await undoSwitch(tx, trial.switchId);
          if (end === 'model removed') throw conflict('The model before was removed. Activate another one.');
          if (end !== 'undone')
            throw conflict('Another model took its place since. GET /model-switches tells which.');
          await noteRollback(tx, params.id);
        });
        dispatcher.kick();
        res.json(presentTrial(await find(params.id)));
      },
    }),
  ];
}

const shownIn = (boxes: readonly ScoredBox[]): Set<string> =>
  new Set(boxes.filter(({ shown }) => shown).map(({ label }) => label));
