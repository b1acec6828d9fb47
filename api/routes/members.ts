import type { Response } from 'express';
import { z } from 'zod';
import {
  addPrincipal,
  findPrincipalCalled,
  membersOf,
  type Member as Row,
  removeMembership,
  setRole,
} from '../../stores/access/principals.ts';
import { DEFAULT_TENANT, findTenant, type Tenant } from '../../stores/tenants.ts';
import { principalOf } from '../access/principal.ts';
import { nobodySignsIn, tooMuch } from '../access/refusals.ts';
import type { ApiDeps } from '../deps.ts';
import { conflict, notFound, wrong } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Member, MemberAdd, MemberChange, MemberList } from '../schemas/access.ts';
import { Uuid } from '../schemas/common.ts';
import { OfTenant } from '../schemas/trash.ts';

const One = z.object({ id: Uuid });
const TAG = 'access';

const present = ({ joinedAt, disabledAt, ...row }: Row): z.input<typeof Member> => ({
  ...row,
  disabled: disabledAt !== null,
  joined_at: joinedAt.toISOString(),
});

/** Who may do what in a tenant. */
export function memberRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;

  async function tenantNamed(name: string | undefined): Promise<Tenant> {
    const tenant = await db.run((sql) => findTenant(sql, name ?? DEFAULT_TENANT));
    if (tenant === null) throw notFound('tenant');
    return tenant;
  }

  async function find(tenantId: string, id: string): Promise<Row> {
    const member = (await db.run((sql) => membersOf(sql, tenantId))).find((each) => each.id === id);
    if (member === undefined) throw notFound('member');
    return member;
  }

  /** @throws Problem 403: nobody decides about themselves */
  function notSelf(res: Response, id: string): void {
    if (principalOf(res)?.id === id) throw tooMuch('Another administrator has to change your own role.');
  }

  function forget(): void {
    if (deps.access.signingIn === null) throw nobodySignsIn();
    deps.access.signingIn.authenticator.forget();
  }

  return [
    defineRoute({
      method: 'get',
      path: '/members',
      operationId: 'listMembers',
      summary: 'Who may do what in a tenant',
      tag: TAG,
      needs: 'manager',
      query: OfTenant,
      answers: { 200: { description: 'All of them', schema: MemberList } },
      async handle({ query }, _req, res) {
        const members = await db.as('all', async () => {
          const { id } = await tenantNamed(query.tenant_name);
          return db.run((sql) => membersOf(sql, id));
        });
        res.json({ members: members.map(present), count: members.length } satisfies z.input<
          typeof MemberList
        >);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/members',
      operationId: 'addMember',
      summary: 'Let a person in, or make a service account',
      tag: TAG,
      needs: 'admin',
      body: MemberAdd,
      answers: { 201: { description: 'The member', schema: Member } },
      async handle({ body }, _req, res) {
        forget();
        const { email, password, name, role } = body;
        const signingIn = deps.access.signingIn;
        const member = await db.as('all', async () => {
          const tenant = await tenantNamed(body.tenant_name);
          const known = email === undefined ? null : await db.run((sql) => findPrincipalCalled(sql, email));
          if (email !== undefined && password === undefined) throw wrong('password', 'is needed');
          // Made for everybody alike, so that nobody learns by the clock who has an account.
          const hash = password === undefined ? null : ((await signingIn?.passwords.hash(password)) ?? null);
          return db.tx(async (tx) => {
            const id =
              known?.id ??
              (await addPrincipal(tx, {
                ...{ kind: email === undefined ? 'service' : 'person', name, email: email ?? null },
                ...{ passwordHash: hash, installationAdmin: false },
              }));
            if (id === null) throw conflict('Somebody else made this account at this moment. Try again.');
            if (principalOf(res)?.id === id)
              throw tooMuch('Another administrator has to change your own role.');
            await setRole(tx, id, tenant.id, role);
            const made = (await membersOf(tx, tenant.id)).find((each) => each.id === id);
            if (made === undefined) throw notFound('member');
            return made;
          });
        });
        res.status(201).json(present(member));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/members/{id}',
      operationId: 'changeMember',
      summary: 'Give a member another role',
      tag: TAG,
      needs: 'admin',
      params: One,
      body: MemberChange,
      answers: { 200: { description: 'The member', schema: Member } },
      async handle({ params, body }, _req, res) {
        forget();
        notSelf(res, params.id);
        const member = await db.as('all', async () => {
          const tenant = await tenantNamed(body.tenant_name);
          await find(tenant.id, params.id);
          await db.run((sql) => setRole(sql, params.id, tenant.id, body.role));
          return find(tenant.id, params.id);
        });
        forget();
        res.json(present(member));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/members/{id}',
      operationId: 'removeMember',
      summary: 'Let somebody in no more; their keys for this tenant end',
      tag: TAG,
      needs: 'admin',
      params: One,
      query: OfTenant,
      answers: { 204: { description: 'Done' } },
      async handle({ params, query }, _req, res) {
        forget();
        notSelf(res, params.id);
        await db.as('all', async () => {
          const tenant = await tenantNamed(query.tenant_name);
          if (!(await db.tx((tx) => removeMembership(tx, params.id, tenant.id)))) throw notFound('member');
        });
        forget();
        res.status(204).end();
      },
    }),
  ];
}
