import type { Response } from 'express';
import { z } from 'zod';
import { listModels, readModel } from '../../stores/detection/models.ts';
import { setThresholds, type Threshold, thresholdsOf } from '../../stores/detection/thresholds.ts';
import { lockRow } from '../../stores/lockRow.ts';
import { DEFAULT_TENANT, ensureTenant, readTenantId } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { presentModel } from '../present/detections.ts';
import { badRequest, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId } from '../schemas/common.ts';
import { ModelList, ThresholdChange, ThresholdQuery, Thresholds } from '../schemas/detections.ts';

const One = z.object({ id: CatalogId });

/** What the manifest says of the others is not the tenant's. */
const versionOfThresholds = (thresholds: readonly Threshold[]): string =>
  versionOf(thresholds.filter(({ own }) => own).map(({ label, threshold }) => ({ label, threshold })));

/** Models that look at pictures, and from which score their boxes are shown. */
export function modelRoutes({ db }: ApiDeps): Route[] {
  async function send(res: Response, id: number, tenantId: string, tenant: string): Promise<void> {
    const model = await db.run((sql) => readModel(sql, id));
    if (model === null) throw notFound('model');
    const thresholds = await db.run((sql) => thresholdsOf(sql, tenantId, id));
    sendVersioned(res, versionOfThresholds(thresholds), {
      ...{ model: `${model.name}@${model.version}`, tenant_name: tenant, thresholds: [...thresholds] },
    } satisfies z.input<typeof Thresholds>);
  }

  return [
    defineRoute({
      method: 'get',
      path: '/models',
      operationId: 'listModels',
      summary: 'All of them, and whose pictures they look at',
      tag: 'detections',
      needs: 'viewer',
      answers: { 200: { description: 'All of them', schema: ModelList } },
      async handle(_input, _req, res) {
        const models = await db.run((sql) => listModels(sql));
        res.json({ models: models.map(presentModel) } satisfies z.input<typeof ModelList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/models/{id}/thresholds',
      operationId: 'getThresholds',
      summary: 'From which score boxes of each label are shown to a tenant',
      tag: 'detections',
      needs: 'viewer',
      params: One,
      query: ThresholdQuery,
      versioned: true,
      answers: { 200: { description: 'Every label of the model', schema: Thresholds } },
      async handle({ params, query }, _req, res) {
        const tenant = query.tenant_name ?? DEFAULT_TENANT;
        const tenantId = await db.run((sql) => readTenantId(sql, tenant));
        await send(res, params.id, tenantId, tenant);
      },
    }),
    defineRoute({
      method: 'put',
      path: '/models/{id}/thresholds',
      operationId: 'setThresholds',
      summary: 'Show boxes from other scores on, at once: every box is kept from 0.05 on',
      tag: 'detections',
      needs: 'manager',
      params: One,
      body: ThresholdChange,
      versioned: true,
      answers: { 200: { description: 'Every label of the model', schema: Thresholds } },
      async handle({ params, body }, req, res) {
        const tenant = await db.tx(async (tx) => {
          if ((await readModel(tx, params.id)) === null) throw notFound('model');
          const found = await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT);
          await lockRow(tx, 'tenants', found.id);
          const before = await thresholdsOf(tx, found.id, params.id);
          checkVersion(expectedVersions(req), versionOfThresholds(before));
          const unknown = await setThresholds(tx, found.id, params.id, body.thresholds);
          if (unknown.length > 0) {
            throw badRequest('unknown_label', `The model has no label ${unknown.slice(0, 5).join(', ')}.`);
          }
          return found;
        });
        await send(res, params.id, tenant.id, tenant.name);
      },
    }),
  ];
}
