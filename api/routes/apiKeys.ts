import { z } from 'zod';
import { covers, type Role, scopesOf } from '../../domain/access.ts';
import {
  addKey,
  findKey,
  listKeys,
  type ApiKey as Row,
  revokeKey,
  rotateKey,
} from '../../stores/access/apiKeys.ts';
import { findPrincipal } from '../../stores/access/principals.ts';
import { findTenant } from '../../stores/tenants.ts';
import { mintKey } from '../access/apiKey.ts';
import { membershipsFor, type Principal, principalOf } from '../access/principal.ts';
import { nobodySignsIn, personNeeded, scopeNeeded, tooMuch } from '../access/refusals.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound, wrong } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { type ApiKey, ApiKeyCreate, ApiKeyList, ApiKeyMade } from '../schemas/access.ts';
import { Uuid } from '../schemas/common.ts';

const One = z.object({ id: Uuid });
const TAG = 'access';

const present = (row: Row): z.input<typeof ApiKey> => ({
  ...{ id: row.id, name: row.name, prefix: row.prefix, owner_id: row.principalId, owner: row.principalName },
  ...{ tenant_name: row.tenantName, scopes: row.scopes },
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

/** Keys for programs. Nobody can make one that may do more than they may themselves. */
export function apiKeyRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;

  /** @throws Problem 403, 409 */
  function caller(res: Parameters<typeof principalOf>[0]): Principal & { id: string } {
    if (deps.access.signingIn === null) throw nobodySignsIn();
    const principal = principalOf(res);
    if (principal === null || principal.id === null) throw personNeeded();
    // A key that could make keys would outlive being revoked.
    if (principal.key !== null && !covers(principal.key.scopes, 'access:admin')) {
      throw scopeNeeded('access:admin');
    }
    return { ...principal, id: principal.id };
  }

  const isAdminIn = (principal: Principal, tenantId: string | null): boolean =>
    principal.installation || membershipsFor(principal, 'admin').some((own) => own.tenantId === tenantId);

  /** @throws Problem 403 */
  function checkScopes(wanted: readonly string[], role: Role, principal: Principal): void {
    const most = principal.key?.scopes ?? ['all:admin'];
    const over = wanted.find((scope) => !covers(scopesOf(role), scope) || !covers(most, scope));
    if (over !== undefined) throw tooMuch(`A key with the scope ${over} could do more than its owner may.`);
  }

  /** Who a new key is for, and what they may do in its tenant. @throws Problem */
  async function ownerOf(
    principal: Principal & { id: string },
    { service_id: serviceId }: z.output<typeof ApiKeyCreate>,
    tenantId: string,
  ): Promise<{ id: string; role: Role }> {
    const own = principal.installation
      ? 'admin'
      : principal.memberships.find((each) => each.tenantId === tenantId)?.role;
    if (own === undefined) throw notFound('tenant');
    if (serviceId === undefined) return { id: principal.id, role: own };
    const service = await db.run((sql) => findPrincipal(sql, serviceId));
    const role = service?.memberships.find((each) => each.tenantId === tenantId)?.role;
    if (service?.kind !== 'service' || role === undefined || !isAdminIn(principal, tenantId)) {
      throw wrong('service_id', 'is no service account of this tenant that you look after');
    }
    return { id: service.id, role };
  }

  async function find(id: string): Promise<Row> {
    const row = await db.run((sql) => findKey(sql, id));
    if (row === null) throw notFound('key');
    return row;
  }

  /** @throws Problem 404: not a key that the caller has to do with */
  async function findMine(principal: Principal & { id: string }, id: string): Promise<Row> {
    const row = await find(id);
    const mine = row.principalId === principal.id || isAdminIn(principal, row.tenantId);
    if (!mine || row.revokedAt !== null) throw notFound('key');
    return row;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/api-keys',
      operationId: 'listApiKeys',
      summary: 'The own keys, and those for tenants that the caller administers',
      tag: TAG,
      needs: 'somebody',
      answers: { 200: { description: 'All of them, without the keys themselves', schema: ApiKeyList } },
      async handle(_input, _req, res) {
        const principal = caller(res);
        const of = principal.installation
          ? null
          : {
              principalId: principal.id,
              tenantIds: membershipsFor(principal, 'admin').map(({ tenantId }) => tenantId),
            };
        const keys = await db.as('all', () => db.run((sql) => listKeys(sql, of)));
        res.json({ api_keys: keys.map(present), count: keys.length } satisfies z.input<typeof ApiKeyList>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api-keys',
      operationId: 'createApiKey',
      summary: 'Make a key for a program; it is shown this once',
      tag: TAG,
      needs: 'somebody',
      body: ApiKeyCreate,
      answers: { 201: { description: 'The key', schema: ApiKeyMade } },
      async handle({ body }, _req, res) {
        const principal = caller(res);
        const expiresAt = body.expires_at == null ? null : new Date(body.expires_at);
        if (expiresAt !== null && expiresAt <= new Date()) throw wrong('expires_at', 'must be in the future');
        const minted = mintKey();
        const made = await db.as('all', async () => {
          if (body.whole_installation && !principal.installation) {
            throw tooMuch('Only administrators of the installation have keys to all of it.');
          }
          const name = body.tenant_name;
          const tenant = name === undefined ? null : await db.run((sql) => findTenant(sql, name));
          if (!body.whole_installation && tenant === null) throw wrong('tenant_name', 'is needed');
          const tenantId = body.whole_installation ? null : (tenant?.id ?? null);
          const owner =
            tenantId === null
              ? { id: principal.id, role: 'admin' as const }
              : await ownerOf(principal, body, tenantId);
          checkScopes(body.scopes, owner.role, principal);
          const { prefix, hash } = minted;
          const id = await db.run((sql) =>
            addKey(sql, {
              ...{ principalId: owner.id, tenantId, name: body.name, prefix, hash, expiresAt },
              scopes: [...new Set(body.scopes)],
            }),
          );
          return find(id);
        });
        res
          .status(201)
          .set('Cache-Control', 'no-store')
          .json({ ...present(made), key: minted.key } satisfies z.input<typeof ApiKeyMade>);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'Make a key of no use, for good',
      tag: TAG,
      needs: 'somebody',
      params: One,
      answers: { 204: { description: 'Nobody gets in with it any more' } },
      async handle({ params }, _req, res) {
        const principal = caller(res);
        await db.as('all', async () => {
          await findMine(principal, params.id);
          await db.run((sql) => revokeKey(sql, params.id));
        });
        deps.access.signingIn?.authenticator.forget();
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api-keys/{id}/rotate',
      operationId: 'rotateApiKey',
      summary: 'Give a key of your own, or of a service account, a new secret; the old one ends at once',
      tag: TAG,
      needs: 'somebody',
      params: One,
      answers: { 200: { description: 'The key, shown this once', schema: ApiKeyMade } },
      async handle({ params }, _req, res) {
        const principal = caller(res);
        const minted = mintKey();
        const row = await db.as('all', async () => {
          const before = await findMine(principal, params.id);
          const owner = await db.run((sql) => findPrincipal(sql, before.principalId));
          // Whoever has somebody's key can do things in their name.
          if (before.principalId !== principal.id && owner?.kind !== 'service') {
            throw tooMuch('This is the key of a person. They can rotate it; you can revoke it.');
          }
          checkScopes(before.scopes, 'admin', principal);
          await db.run((sql) => rotateKey(sql, params.id, minted));
          return find(params.id);
        });
        deps.access.signingIn?.authenticator.forget();
        res
          .set('Cache-Control', 'no-store')
          .json({ ...present(row), key: minted.key } satisfies z.input<typeof ApiKeyMade>);
      },
    }),
  ];
}
