import { z } from 'zod';
import { readPrivacy, setPrivacy } from '../../stores/privacy.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName } from '../schemas/common.ts';
import { Privacy, PrivacyChange, PrivacyChanged } from '../schemas/privacy.ts';

const OneTenant = z.object({ name: TenantName });

/** Whether people can be recognised in what a tenant's pictures are shown as. */
export function privacyRoutes({ db, dispatcher }: ApiDeps): Route[] {
  async function present(name: string): Promise<z.input<typeof Privacy>> {
    const row = await db.run((sql) => readPrivacy(sql, name));
    if (row === null) throw notFound('tenant');
    return { tenant_name: name, blur_people: row.blurPeople, margin: row.margin };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/tenants/{name}/privacy',
      operationId: 'getPrivacy',
      summary: 'Whether people are made unrecognisable',
      tag: 'tenants',
      needs: 'viewer',
      params: OneTenant,
      answers: { 200: { description: 'The settings', schema: Privacy } },
      async handle({ params }, _req, res) {
        res.json(await present(params.name));
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
      answers: { 200: { description: 'The settings, and what was begun', schema: PrivacyChanged } },
      async handle({ params, body }, _req, res) {
        await present(params.name);
        const wanted = { blurPeople: body.blur_people, margin: body.margin };
        const reprocess = await db.tx((tx) => setPrivacy(tx, params.name, wanted));
        dispatcher.kick();
        res.json({ ...(await present(params.name)), reprocess_id: reprocess } satisfies z.input<
          typeof PrivacyChanged
        >);
      },
    }),
  ];
}
