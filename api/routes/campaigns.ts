import { z } from 'zod';
import { agreementOf, judged, majorityOf } from '../../domain/survey/agreement.ts';
import { type AnswerEnd, answer, nextImages, peopleOf, votesOf } from '../../stores/campaigns/answers.ts';
import {
  type Campaign as CampaignRow,
  changeCampaign,
  createCampaign,
  findCampaign,
  listCampaigns,
} from '../../stores/campaigns/campaigns.ts';
import { asking } from '../../stores/finding/find.ts';
import { lockRow } from '../../stores/lockRow.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { filterOf } from '../images/filter.ts';
import { presentCampaign, presentJudged } from '../present/campaigns.ts';
import { pages } from '../present/page.ts';
import { badRequest, conflict, notFound, type Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  AnswerRequest,
  Campaign,
  CampaignChange,
  CampaignCreate,
  CampaignInList,
  CampaignList,
  CampaignQuery,
  NextImages,
  NextQuery,
} from '../schemas/campaigns.ts';
import { Uuid } from '../schemas/common.ts';
import { ImageQuery } from '../schemas/images.ts';

const One = z.object({ id: Uuid });
/** What people could ever get through. */
const MOST_IMAGES = 100_000;

/** Of what can be said anew of a campaign; answers come by themselves. */
const versionOfCampaign = ({ name, closedAt }: CampaignRow): string => versionOf({ name, closedAt });

/** Questions about sets of images that several people answer. */
export function campaignRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;

  async function find(id: string): Promise<CampaignRow> {
    const row = await db.run((sql) => findCampaign(sql, id));
    if (row === null) throw notFound('campaign');
    return row;
  }

  async function present(row: CampaignRow): Promise<z.input<typeof Campaign>> {
    const { id } = row;
    const [votes, people] = await db.run((sql) => Promise.all([votesOf(sql, id), peopleOf(sql, id)]));
    const majorities = votes.map(majorityOf);
    const pairs = votes.flatMap((one, i) => {
      const most = majorities[i];
      return most === null || most === undefined ? [] : [[most, one.shown] as const];
    });
    return {
      ...presentCampaign(row),
      by_person: people.map(({ lastAt, ...one }) => ({ ...one, last_at: lastAt.toISOString() })),
      majority: {
        yes: majorities.filter((most) => most === true).length,
        no: majorities.filter((most) => most === false).length,
        tied: majorities.filter((most) => most === null).length,
      },
      agreement: agreementOf(votes),
      library: presentJudged(judged(pairs)),
    };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/campaigns',
      operationId: 'createCampaign',
      summary: 'Ask people whether something is to be seen in a set of images',
      tag: 'campaigns',
      needs: 'manager',
      body: CampaignCreate,
      answers: { 201: { description: 'The campaign', schema: Campaign } },
      async handle({ body }, _req, res) {
        const tenant = await db.tx((tx) => ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT));
        const query = { ...(body.filter ?? ImageQuery.parse({})), tenant_name: tenant.name };
        const filter = { ...(await filterOf(deps, query)), ids: body.ids ?? null };
        const selection = JSON.parse(JSON.stringify({ filter: body.filter, ids: body.ids }));
        const { name, label, people } = body;
        const id = await asking(db, async (tx) => {
          const made = await createCampaign(tx, { name, label, people, selection, filter });
          if (made.images === 0) throw badRequest('no_images', 'No image fits the filter.');
          if (made.images > MOST_IMAGES) {
            const detail = `${made.images} images fit the filter; a campaign has ${MOST_IMAGES} at most.`;
            throw badRequest('too_many_images', detail);
          }
          return made.id;
        });
        res
          .status(201)
          .location(`/campaigns/${id}`)
          .json(await present(await find(id)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/campaigns',
      operationId: 'listCampaigns',
      summary: 'Campaigns, the latest first',
      tag: 'campaigns',
      needs: 'viewer',
      query: CampaignQuery,
      answers: { 200: { description: 'One page', schema: CampaignList } },
      async handle({ query }, _req, res) {
        const tenantId = await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT));
        const { campaigns, total } = await db.run((sql) =>
          listCampaigns(sql, { tenantId, limit: query.limit, offset: (query.page - 1) * query.limit }),
        );
        res.json({
          campaigns: campaigns.map(presentCampaign),
          count: campaigns.length,
          ...pages(query, total),
        } satisfies z.input<typeof CampaignList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/campaigns/{id}',
      operationId: 'getCampaign',
      summary: 'How far it is, how far people agree, and how right the library is if they are',
      tag: 'campaigns',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The campaign', schema: Campaign } },
      async handle({ params }, _req, res) {
        const row = await find(params.id);
        sendVersioned(res, versionOfCampaign(row), await present(row));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/campaigns/{id}',
      operationId: 'changeCampaign',
      summary: 'Rename it, close it, or open it again',
      tag: 'campaigns',
      needs: 'manager',
      params: One,
      body: CampaignChange,
      versioned: true,
      answers: { 200: { description: 'The campaign', schema: CampaignInList } },
      async handle({ params, body }, req, res) {
        const change = {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.closed !== undefined && { closed: body.closed }),
        };
        await db.tx(async (tx) => {
          await lockRow(tx, 'campaigns', params.id);
          const before = await findCampaign(tx, params.id);
          if (before === null) throw notFound('campaign');
          checkVersion(expectedVersions(req), versionOfCampaign(before));
          await changeCampaign(tx, params.id, change);
        });
        const row = await find(params.id);
        sendVersioned(res, versionOfCampaign(row), presentCampaign(row));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/campaigns/{id}/next',
      operationId: 'nextCampaignImages',
      summary: 'Images that somebody is to be asked about next',
      tag: 'campaigns',
      needs: 'contributor',
      params: One,
      query: NextQuery,
      answers: {
        200: { description: 'Ids of images; none when there is nothing left to ask', schema: NextImages },
      },
      async handle({ params, query }, _req, res) {
        const { label, closedAt } = await find(params.id);
        const ids =
          closedAt === null
            ? await db.run((sql) => nextImages(sql, params.id, query.person, query.limit))
            : [];
        res.json({ campaign_id: params.id, label, asset_ids: ids } satisfies z.input<typeof NextImages>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/campaigns/{id}/answers',
      operationId: 'answerCampaign',
      summary: 'Say whether it is to be seen in an image; saying something else later replaces that',
      tag: 'campaigns',
      needs: 'contributor',
      params: One,
      body: AnswerRequest,
      answers: { 200: { description: 'The campaign', schema: CampaignInList } },
      async handle({ params, body }, _req, res) {
        const given = { assetId: body.asset_id, person: body.person, answer: body.answer };
        const end = await db.tx((tx) => answer(tx, params.id, given));
        if (end !== 'recorded') throw whyNot(end);
        res.json(presentCampaign(await find(params.id)));
      },
    }),
  ];
}

function whyNot(end: Exclude<AnswerEnd, 'recorded'>): Problem {
  switch (end) {
    case 'no campaign':
      return notFound('campaign');
    case 'no image':
      return notFound('image in this campaign');
    case 'closed':
      return conflict('The campaign is closed. PATCH it with "closed": false to go on.');
  }
}
