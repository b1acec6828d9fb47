import type { Request, Response } from 'express';
import type { z } from 'zod';
import { areaOf, covers, type Need, scopeFor } from '../../domain/access.ts';
import type { Logger } from '../../log.ts';
import { tenantOf } from '../../stores/access/ownership.ts';
import type { Membership } from '../../stores/access/principals.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { isSigned, signedFor } from '../links/signed.ts';
import type { LinkSigner } from '../links/signer.ts';
import { notFound } from '../problem.ts';
import { noteChange } from './audit.ts';
import type { Authenticator } from './authenticate.ts';
import { keepPrincipal, LINK, LOCAL, membershipsFor, type Principal } from './principal.ts';
import { notSignedIn, roleNeeded, scopeNeeded } from './refusals.ts';
import { hasForm, subjectsIn } from './subjects.ts';
import { type Naming, withTenant } from './tenantField.ts';

/** What the gate has to know of an operation. */
export interface Guarded {
  method: string;
  path: string;
  operationId: string;
  tag: string;
  needs: Need;
  /** Something that a page shows by its address alone, in an `<img>` say: a view token in the address will do. */
  viewable?: boolean;
  /** Signed links lead here; whoever holds one needs nothing else. */
  signable?: boolean;
}

export interface Entered {
  /** What was given for a part of the request, with the tenant that the caller means. @throws Problem 404 */
  named(schema: z.ZodType | undefined, given: unknown): unknown;
}

/** Where it is decided, for every operation alike, who may pass and whose rows are there for them. */
export interface Gate {
  /** @throws Problem 401, 403 or 404 */
  pass(route: Guarded, req: Request, res: Response, work: (entered: Entered) => Promise<void>): Promise<void>;
}

const AS_GIVEN: Entered = { named: (_schema, given) => given };

/** Nobody signs in: whoever reaches this server may do everything. */
export const openGate: Gate = {
  async pass(_route, _req, res, work) {
    keepPrincipal(res, LOCAL);
    await work(AS_GIVEN);
  },
};

export interface GateDeps {
  /** Without scope: it looks up whose an id is. */
  db: Database;
  authenticator: Authenticator;
  signer: LinkSigner;
  log: Logger;
}

const NAMING = 'naming';
const LOOK_AGAIN_MS = 30_000;

/** The tenants that a request may name. `null`: any. */
export function namingOf(res: Response): Naming | null {
  return (res.locals[NAMING] as Naming | undefined) ?? null;
}

export function createGate({ db, authenticator, signer, log }: GateDeps): Gate {
  async function whoIs(route: Guarded, req: Request): Promise<Principal> {
    const known = await authenticator.fromHeaders(req.headers);
    if (known !== null) return known;
    const view = req.query['view'];
    if (route.viewable && req.method === 'GET' && typeof view === 'string') {
      return authenticator.fromViewToken(view);
    }
    if (route.signable && isSigned(req) && signedFor(signer, req) !== null) return LINK;
    throw notSignedIn();
  }

  /** Where the caller has the role that is needed. @throws Problem 403 */
  function allowedIn(
    route: Guarded,
    need: Exclude<Need, 'anybody'>,
    principal: Principal,
  ): readonly Membership[] {
    const scope = scopeFor(areaOf(route.tag), need, route.method === 'get');
    if (need !== 'somebody' && principal.key !== null && !covers(principal.key.scopes, scope)) {
      throw scopeNeeded(scope);
    }
    if (principal.installation) return [];
    if (need === 'installation') throw roleNeeded(need);
    const allowed = need === 'somebody' ? principal.memberships : membershipsFor(principal, need);
    if (allowed.length === 0 && need !== 'somebody') throw roleNeeded(need);
    return allowed;
  }

  /**
   * The first wall: ids in the path are looked up before anything is done with them.
   * @returns the tenant that they belong to; `null`: none of them says
   * @throws Problem 404, the same for what others have as for what nobody has; 403 where only the role is too low
   */
  async function checkPath(
    route: Guarded,
    req: Request,
    principal: Principal,
    allowed: readonly Membership[],
  ): Promise<Membership | null> {
    let at: Membership | null = null;
    for (const { parameter, subject } of subjectsIn(route.path)) {
      if (subject === null) continue;
      if (subject === undefined) throw notFound('thing');
      const id = String(req.params[parameter] ?? '');
      let tenant: string | null | undefined;
      for (const rows of hasForm(subject, id) ? subject.rows : []) {
        tenant ??= await db.run((sql) => tenantOf(sql, rows, id));
      }
      const own = allowed.find(({ tenantId }) => tenantId === tenant);
      if (own === undefined) {
        if (principal.memberships.some(({ tenantId }) => tenantId === tenant)) throw roleNeeded(route.needs);
        throw notFound(subject.noun);
      }
      at ??= own;
    }
    return at;
  }

  /** Ends an answer that goes on and on when whoever gets it may no longer. */
  function keepLooking(req: Request, res: Response, principal: Principal): void {
    if (req.method !== 'GET') return;
    const looking = setInterval(() => {
      authenticator.isStill(principal).then(
        (still) => {
          if (!still) res.destroy();
        },
        (error: unknown) => log.warn({ err: error }, 'not known whether somebody may still be here'),
      );
    }, LOOK_AGAIN_MS);
    res.once('close', () => clearInterval(looking));
  }

  return {
    async pass(route, req, res, work) {
      if (route.needs === 'anybody') {
        await db.as('all', () => work(AS_GIVEN));
        return;
      }
      const principal = await whoIs(route, req);
      keepPrincipal(res, principal);
      keepLooking(req, res, principal);
      const change = noteChange({ db, log }, route, req, res, principal);
      const allowed = allowedIn(route, route.needs, principal);
      if (principal.installation) {
        await db.as('all', () => work(AS_GIVEN));
        return;
      }
      const at = await checkPath(route, req, principal, allowed);
      const home = at ?? allowed[0];
      change.in(home?.tenantId ?? null);
      const naming: Naming = {
        names: new Set(allowed.map(({ tenantName }) => tenantName)),
        home: home?.tenantName ?? '',
        meant: (name) => change.in(allowed.find(({ tenantName }) => tenantName === name)?.tenantId ?? null),
      };
      res.locals[NAMING] = naming;
      await db.as({ tenants: allowed.map(({ tenantId }) => tenantId) }, () =>
        work({
          named: (schema, given) => (schema === undefined ? given : withTenant(schema, given, naming)),
        }),
      );
    },
  };
}
