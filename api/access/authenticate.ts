import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '../../log.ts';
import { keyByPrefix, noteUse } from '../../stores/access/apiKeys.ts';
import type { Membership, PrincipalRow } from '../../stores/access/principals.ts';
import { signedIn } from '../../stores/access/signIns.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { activeTenants } from '../../stores/tenants.ts';
import { isSameKey, prefixOf, sha256 } from './apiKey.ts';
import type { Issuer } from './issuer.ts';
import { readUnverified } from './jwt.ts';
import { type Principal, principalFrom } from './principal.ts';
import { badCredentials, issuerAway } from './refusals.ts';
import type { Tokens, Use } from './tokens.ts';

/**
 * How long what was looked up holds. Whoever is out is so at once, in all processes: the database tells them, and this is
 * for when it cannot.
 */
const HOLDS_MS = 10_000;
const MOST_HELD = 10_000;

/** Finds out who a request comes from. */
export interface Authenticator {
  /** @returns `null`: nothing is said of it @throws Problem 401 */
  fromHeaders(headers: IncomingHttpHeaders): Promise<Principal | null>;
  /** Of a token in an address, which is good for looking at pictures only. @throws Problem 401 */
  fromViewToken(token: string): Promise<Principal>;
  /** Whether somebody who came in before may still be here: connections can stay open for days. */
  isStill(principal: Principal): Promise<boolean>;
  /** The next request of anybody is looked up anew. */
  forget(): void;
}

export interface AuthenticatorDeps {
  db: Database;
  tokens: Tokens;
  issuer: Issuer | null;
  log: Logger;
}

export function createAuthenticator({ db, tokens, issuer, log }: AuthenticatorDeps): Authenticator {
  const held = new Map<string, { at: number; principal: Principal }>();
  let forgotten = 0;

  /** Remembers by a hash, so that no secret lies about in memory longer than its request. */
  async function holding(
    credential: string,
    find: () => Promise<Principal | null>,
  ): Promise<Principal | null> {
    const id = sha256(credential).toString('base64');
    const known = held.get(id);
    if (known !== undefined && performance.now() - known.at < HOLDS_MS) return known.principal;
    const [before, at] = [forgotten, performance.now()];
    const principal = await find();
    held.delete(id);
    if (principal === null) return null;
    // What was looked up before something changed is not for the next request.
    if (before !== forgotten) return principal;
    if (held.size >= MOST_HELD) held.clear();
    held.set(id, { at, principal });
    return principal;
  }

  /** An administrator of the installation is one of every tenant. */
  async function within(owner: PrincipalRow, tenantId: string): Promise<Membership[]> {
    if (!owner.installationAdmin) return owner.memberships.filter((each) => each.tenantId === tenantId);
    const tenants = await db.run((sql) => activeTenants(sql, { ids: [tenantId] }));
    return tenants.map(({ id, name }) => ({ tenantId: id, tenantName: name, role: 'admin' }));
  }

  async function fromKey(text: string): Promise<Principal | null> {
    const prefix = prefixOf(text);
    if (prefix === null) return null;
    return holding(text, async () => {
      const row = await db.run((sql) => keyByPrefix(sql, prefix));
      if (row === null || !isSameKey(text, row.hash)) return null;
      db.run((sql) => noteUse(sql, row.id)).catch((error: unknown) =>
        log.warn({ err: error }, 'use of a key not noted'),
      );
      const { owner, tenantId, scopes } = row;
      const key = { id: row.id, prefix, scopes };
      if (tenantId === null) return principalFrom(owner, { key });
      const memberships = await within(owner, tenantId);
      // A key for one tenant is no key to the whole installation, whoever made it, and none at all without that tenant.
      return memberships.length === 0
        ? null
        : principalFrom(owner, { key, installation: false, memberships });
    });
  }

  async function fromToken(use: Use, token: string): Promise<Principal | null> {
    const about = readUnverified(token);
    if (about === null) return null;
    if (about.issuer === tokens.issuer) {
      const subject = await tokens.verify(use, token, about.keyId);
      if (subject === null) return null;
      const { principalId, signInId } = subject;
      return holding(`${use} ${principalId} ${signInId}`, async () => {
        const row = await db.run((sql) => signedIn(sql, signInId, principalId));
        return row === null ? null : principalFrom(row, { signInId });
      });
    }
    if (issuer === null || use !== 'api' || about.issuer !== issuer.issuer) return null;
    return fromIssuer(issuer, token);
  }

  /** Roles are as the token says, in tenants that there are. */
  async function fromIssuer(by: Issuer, token: string): Promise<Principal | null> {
    const external = await by.verify(token).catch((error: unknown) => {
      log.warn({ err: error }, 'the keys of the external issuer cannot be had');
      throw issuerAway();
    });
    if (external === null) return null;
    const { roles } = external;
    const tenants = await db.run((sql) => activeTenants(sql, { names: [...roles.keys()] }));
    return {
      kind: 'external',
      id: null,
      name: external.name,
      installation: roles.has('*'),
      memberships: tenants.flatMap(({ id, name }) => {
        const role = roles.get(name);
        return role === undefined ? [] : [{ tenantId: id, tenantName: name, role }];
      }),
      key: null,
      signInId: null,
    };
  }

  return {
    async fromHeaders(headers) {
      const key = headers['x-api-key'];
      const authorization = headers.authorization;
      if (key === undefined && authorization === undefined) return null;
      const [, bearer] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
      // Two answers to who it is are none.
      if (key !== undefined && authorization !== undefined) throw badCredentials();
      const given = typeof key === 'string' ? key : bearer;
      if (given === undefined) throw badCredentials();
      const principal =
        key !== undefined || given.startsWith('trib_') ? await fromKey(given) : await fromToken('api', given);
      if (principal === null) throw badCredentials();
      return principal;
    },
    async fromViewToken(token) {
      const principal = await fromToken('view', token);
      if (principal === null) throw badCredentials();
      return principal;
    },
    async isStill({ id, signInId, key }) {
      if (key !== null) return (await db.run((sql) => keyByPrefix(sql, key.prefix))) !== null;
      if (id === null || signInId === null) return true;
      return (await db.run((sql) => signedIn(sql, signInId, id))) !== null;
    },
    forget() {
      forgotten += 1;
      held.clear();
    },
  };
}
