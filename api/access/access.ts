import type { IncomingMessage } from 'node:http';
import { areaOf, covers, type Need, scopeFor } from '../../domain/access.ts';
import type { Logger } from '../../log.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { createLinkSigner } from '../links/signer.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { createGate, type Gate, openGate } from './gate.ts';
import { createIssuer, type IssuerSettings } from './issuer.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { membershipsFor } from './principal.ts';
import { notSignedIn, roleNeeded, scopeNeeded } from './refusals.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Runs work with the rows that a visitor may see. */
export type AsVisitor = <T>(work: () => Promise<T>) => Promise<T>;

/** Everything that knows who is who. */
export interface Access {
  gate: Gate;
  /** For connections that are no operation of the API, such as WebSockets. @throws Problem 401, 403 */
  visitor(req: IncomingMessage, tag: string, needs: Exclude<Need, 'anybody'>): Promise<AsVisitor>;
  /** `null`: nobody signs in here. */
  signingIn: { authenticator: Authenticator; tokens: Tokens; passwords: Passwords } | null;
}

export interface AccessSettings {
  required: boolean;
  issuer: IssuerSettings | null;
}

export interface AccessDeps {
  settings: AccessSettings;
  secrets: { key: string | null; previous: readonly string[] };
  db: Database;
  log: Logger;
  /** Reads an address through the guard on outgoing connections. */
  fetchText(url: string): Promise<string>;
}

export function createAccess({ settings, secrets, db, log, fetchText }: AccessDeps): Access {
  if (!settings.required) {
    return { gate: openGate, visitor: async () => (work) => work(), signingIn: null };
  }
  if (secrets.key === null) throw new Error('Access cannot be required without SECRET_KEY.');
  const tokens = createTokens(secrets.key, secrets.previous);
  const issuer = settings.issuer === null ? null : createIssuer(settings.issuer, fetchText);
  const authenticator = createAuthenticator({ db, tokens, issuer, log });
  const signer = createLinkSigner(secrets.key, secrets.previous);

  return {
    gate: createGate({ db, authenticator, signer, log }),
    async visitor(req, tag, needs) {
      const principal = await authenticator.fromHeaders(req.headers);
      if (principal === null) throw notSignedIn();
      const scope = scopeFor(areaOf(tag), needs, false);
      if (principal.key !== null && !covers(principal.key.scopes, scope)) throw scopeNeeded(scope);
      if (principal.installation) return (work) => db.as('all', work);
      if (needs === 'installation') throw roleNeeded(needs);
      const allowed = needs === 'somebody' ? principal.memberships : membershipsFor(principal, needs);
      if (allowed.length === 0) throw roleNeeded(needs);
      return (work) => db.as({ tenants: allowed.map(({ tenantId }) => tenantId) }, work);
    },
    signingIn: { authenticator, tokens, passwords: createPasswords() },
  };
}
