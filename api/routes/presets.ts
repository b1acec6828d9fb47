import type { Request } from 'express';
import { z } from 'zod';
import { MAX_EAGER, MAX_PRESETS } from '../../domain/presets.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import {
  findPreset,
  lockPresets,
  type PresetRow,
  type PutEnd,
  presetsOf,
  putPreset,
  retirePreset,
} from '../../stores/presets.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned } from '../http/versions.ts';
import { presentPreset } from '../present/preset.ts';
import { conflict, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { ForTenant, Preset, PresetChange, PresetCreate, PresetList } from '../schemas/renditions.ts';

const One = z.object({ name: z.string().max(64) });

/** What renditions are made to. */
export function presetRoutes({ db }: ApiDeps): Route[] {
  const tenant = async (name: string | undefined): Promise<string> =>
    (await db.run((sql) => ensureTenant(sql, name ?? DEFAULT_TENANT))).id;

  /** Why it is not the tenant's to change. */
  async function notYours(tenantId: string, name: string) {
    const builtIn = await db.run((sql) => findPreset(sql, tenantId, name));
    return builtIn === null
      ? notFound('preset')
      : conflict(`The preset ${name} is built in. POST /presets with that name makes one of your own.`);
  }

  async function checkPreset(tx: Sql, tenantId: string, name: string, req: Request): Promise<void> {
    await lockPresets(tx, tenantId);
    const preset = await findPreset(tx, tenantId, name);
    if (preset !== null) checkVersion(expectedVersions(req), preset.version);
  }

  return [
    defineRoute({
      method: 'get',
      path: '/presets',
      operationId: 'listPresets',
      summary: 'Presets of a tenant, with those that are built in',
      tag: 'presets',
      needs: 'viewer',
      query: ForTenant,
      answers: { 200: { description: 'All of them', schema: PresetList } },
      async handle({ query }, _req, res) {
        const tenantId = await tenant(query.tenant_name);
        const presets = (await db.run((sql) => presetsOf(sql, tenantId))).map(presentPreset);
        res.json({ presets, count: presets.length } satisfies z.input<typeof PresetList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/presets',
      operationId: 'createPreset',
      summary: 'Add a preset; one with the name of a built-in preset takes its place in that tenant',
      tag: 'presets',
      needs: 'manager',
      query: ForTenant,
      body: PresetCreate,
      answers: { 201: { description: 'Its first version', schema: Preset } },
      async handle({ query, body }, _req, res) {
        const tenantId = await tenant(query.tenant_name);
        const { name, ...definition } = body;
        const made = accepted(await db.tx((tx) => putPreset(tx, tenantId, name, definition, 'create')));
        res.status(201).location(`/presets/${name}`).json(presentPreset(made));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/presets/{name}',
      operationId: 'getPreset',
      summary: 'One preset, in the version that is in use',
      tag: 'presets',
      needs: 'viewer',
      params: One,
      query: ForTenant,
      versioned: true,
      answers: { 200: { description: 'The preset', schema: Preset } },
      async handle({ params, query }, _req, res) {
        const tenantId = await tenant(query.tenant_name);
        const preset = await db.run((sql) => findPreset(sql, tenantId, params.name));
        if (preset === null) throw notFound('preset');
        sendVersioned(res, preset.version, presentPreset(preset));
      },
    }),
    defineRoute({
      method: 'put',
      path: '/presets/{name}',
      operationId: 'changePreset',
      summary: 'Give a preset a new version; POST /reprocess brings what there is up to it',
      tag: 'presets',
      needs: 'manager',
      params: One,
      query: ForTenant,
      body: PresetChange,
      versioned: true,
      problems: [409],
      answers: { 200: { description: 'The new version', schema: Preset } },
      async handle({ params, query, body }, req, res) {
        const tenantId = await tenant(query.tenant_name);
        const end = await db.tx(async (tx) => {
          await checkPreset(tx, tenantId, params.name, req);
          return putPreset(tx, tenantId, params.name, body, 'change');
        });
        if (end === 'missing') throw await notYours(tenantId, params.name);
        const changed = accepted(end);
        sendVersioned(res, changed.version, presentPreset(changed));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/presets/{name}',
      operationId: 'retirePreset',
      summary: 'Retire a preset; what was made to it goes with the next sweep',
      tag: 'presets',
      needs: 'manager',
      params: One,
      query: ForTenant,
      versioned: true,
      problems: [409],
      answers: { 204: { description: 'Done' } },
      async handle({ params, query }, req, res) {
        const tenantId = await tenant(query.tenant_name);
        const had = await db.tx(async (tx) => {
          await checkPreset(tx, tenantId, params.name, req);
          return retirePreset(tx, tenantId, params.name);
        });
        if (!had) throw await notYours(tenantId, params.name);
        res.status(204).end();
      },
    }),
  ];
}

function accepted(end: PutEnd): PresetRow {
  switch (end) {
    case 'exists':
      throw conflict('There is a preset of that name. PUT /presets/{name} changes it.');
    case 'missing':
      throw notFound('preset');
    case 'too many':
      throw conflict(`A tenant may have ${MAX_PRESETS} presets. Retire one first.`);
    case 'too many eager':
      throw conflict(`${MAX_EAGER} presets may be eager. Let this one be made when it is asked for.`);
    default:
      return end;
  }
}
