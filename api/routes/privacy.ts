import { z } from 'zod';
import type { Privacy as Row } from '../../domain/privacy.ts';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { readPrivacy, setPrivacy } from '../../stores/privacy.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName } from '../schemas/common.ts';
import { Privacy, PrivacyChange, PrivacyChanged } from '../schemas/privacy.ts';

const OneTenant = z.object({ name: TenantName });

/** Whether people can be recognised in what a tenant's pictures are shown as. */
export function privacyRoutes({ db, dispatcher }: ApiDeps): Route[] {
  async function find(sql: Sql, name: string): Promise<Row> {
    const row = await readPrivacy(sql, name);
    if (row === null) throw notFound('tenant');
    return row;
  }

  const present = (name: string, { blurPeople, margin }: Row): z.input<typeof Privacy> => ({
    ...{ tenant_name: name, blur_people: blurPeople, margin },
  });

  return [
    defineRoute({
      method: 'get',
      path: '/tenants/{name}/privacy',
      operationId: 'getPrivacy',
      summary: 'Whether people are made unrecognisable',
      tag: 'tenants',
      needs: 'viewer',
      params: OneTenant,
      versioned: true,
      answers: { 200: { description: 'The settings', schema: Privacy } },
      async handle({ params }, _req, res) {
        const row = await db.run((sql) => find(sql, params.name));
        sendVersioned(res, versionOf(row), present(params.name, row));
      },
    }),
    defineRoute({
      method: 'put',
      path: '/tenants/{name}/privacy',
      operationId: 'setPrivacy',
      summary: 'Make people unrecognisable in whatever is shown, from now on, or show them again',
      tag: 'tenants',
      needs: 'manager',
      params: OneTenant,
      body: PrivacyChange,
      versioned: true,
      answers: { 200: { description: 'The settings, and what was begun', schema: PrivacyChanged } },
      async handle({ params, body }, req, res) {
        const wanted = { blurPeople: body.blur_people, margin: body.margin };
        const { reprocess, row } = await db.tx(async (tx) => {
          await lockRow(tx, 'tenants', params.name, 'name');
          checkVersion(expectedVersions(req), versionOf(await find(tx, params.name)));
          const begun = await setPrivacy(tx, params.name, wanted);
          return { reprocess: begun, row: await find(tx, params.name) };
        });
        dispatcher.kick();
        sendVersioned(res, versionOf(row), {
          ...{ ...present(params.name, row), reprocess_id: reprocess },
        } satisfies z.input<typeof PrivacyChanged>);
      },
    }),
  ];
}
