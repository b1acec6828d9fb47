import { z } from 'zod';
import { modelInUse } from '../../stores/detection/models.ts';
import { lockRow } from '../../stores/lockRow.ts';
import { findPreset } from '../../stores/presets.ts';
import { createReprocess, failuresOf, findReprocess, setPace } from '../../stores/reprocesses.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { badRequest, conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { Reprocess, ReprocessChange, ReprocessRequest } from '../schemas/reprocess.ts';
import type { ReprocessControl } from '../temporal/workflows.ts';

const One = z.object({ id: Uuid });
const FAILURES_SHOWN = 100;

/** Its pace is all that people change of it. */
const versionOfReprocess = (said: { images_per_minute: number | null }): string =>
  versionOf({ images_per_minute: said.images_per_minute });

/** Renditions of what is there already, made anew. */
export function reprocessRoutes({ db, dispatcher, workflows }: ApiDeps): Route[] {
  async function present(id: string): Promise<z.input<typeof Reprocess>> {
    const row = await db.run((sql) => findReprocess(sql, id));
    if (row === null) throw notFound('reprocess');
    const failures = await db.run((sql) => failuresOf(sql, id, FAILURES_SHOWN));
    return {
      reprocess_id: row.id,
      tenant_name: row.tenantName,
      ...{ preset: row.preset, model: row.model, state: row.state, total: row.total },
      images_per_minute: row.imagesPerMinute,
      ...{ checked: row.checked, made: row.made, failed: row.failed },
      failures: failures.map(({ assetId, type, detail, at }) => ({
        ...{ asset_id: assetId, type, detail },
        at: at.toISOString(),
      })),
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }

  const steer = (what: ReprocessControl, summary: string): Route =>
    defineRoute({
      method: 'post',
      path: `/reprocess/{id}/${what}`,
      operationId: `${what}Reprocess`,
      summary,
      tag: 'presets',
      needs: 'manager',
      params: One,
      answers: { 200: { description: 'The reprocess', schema: Reprocess } },
      async handle({ params }, _req, res) {
        const before = await present(params.id);
        if (before.finished_at !== null) throw conflict(`The reprocess is ${before.state}.`);
        if ((await workflows.controlReprocess(params.id, what)) === null) {
          throw conflict('The reprocess is not running at this moment; try again shortly.');
        }
        res.json(await present(params.id));
      },
    });

  return [
    defineRoute({
      method: 'post',
      path: '/reprocess',
      operationId: 'startReprocess',
      summary:
        'Bring renditions up to what their presets say now, or boxes to what the detector says; old ones serve until then',
      tag: 'presets',
      needs: 'manager',
      body: ReprocessRequest,
      waits: true,
      answers: { 202: { description: 'Begun', schema: Reprocess } },
      async handle({ body }, req, res) {
        const { preset = null, filter, what } = body;
        if (what !== 'renditions' && preset !== null) {
          throw badRequest('preset_and_detections', `Give a preset, or "what": "${what}", not both.`);
        }
        const id = await db.tx(async (tx) => {
          const tenant = await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT);
          if (preset !== null && (await findPreset(tx, tenant.id, preset)) === null) throw notFound('preset');
          const assetIds = filter === 'all' ? null : filter.ids;
          const role = what === 'species' ? 'classifier' : 'detector';
          const model = what === 'renditions' ? null : await modelInUse(tx, tenant.id, role);
          if (what !== 'renditions' && model === null) {
            throw conflict(`No ${role} is in use. Add one with "tributary models add".`);
          }
          return createReprocess(tx, {
            ...{ tenantId: tenant.id, preset, modelId: model?.id ?? null, assetIds },
            imagesPerMinute: body.images_per_minute ?? null,
          });
        });
        dispatcher.kick();
        await waitAsPreferred(req, res, async () => (await present(id)).finished_at !== null);
        res
          .status(202)
          .location(`/reprocess/${id}`)
          .json(await present(id));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/reprocess/{id}',
      operationId: 'getReprocess',
      summary: 'How far it is',
      tag: 'presets',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The reprocess', schema: Reprocess } },
      async handle({ params }, _req, res) {
        const body = await present(params.id);
        sendVersioned(res, versionOfReprocess(body), body);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/reprocess/{id}',
      operationId: 'changeReprocess',
      summary:
        'Set how many images a minute it looks at; it holds from the step after the next one, within a minute or two',
      tag: 'presets',
      needs: 'manager',
      params: One,
      body: ReprocessChange,
      versioned: true,
      answers: { 200: { description: 'The reprocess', schema: Reprocess } },
      async handle({ params, body }, req, res) {
        await db.tx(async (tx) => {
          await lockRow(tx, 'reprocesses', params.id);
          const before = await findReprocess(tx, params.id);
          if (before === null) throw notFound('reprocess');
          checkVersion(
            expectedVersions(req),
            versionOfReprocess({ images_per_minute: before.imagesPerMinute }),
          );
          if (!(await setPace(tx, params.id, body.images_per_minute)))
            throw conflict(`The reprocess is ${before.state}.`);
        });
        const after = await present(params.id);
        sendVersioned(res, versionOfReprocess(after), after);
      },
    }),
    steer('pause', 'Start no more of it; what runs is finished'),
    steer('resume', 'Go on'),
    steer('cancel', 'Stop for good; what was made stays'),
  ];
}
