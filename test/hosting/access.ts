import { randomUUID } from 'node:crypto';
import { mintKey } from '../../api/access/apiKey.ts';
import { createPasswords } from '../../api/access/passwords.ts';
import { type Role, scopesOf } from '../../domain/access.ts';
import { addKey } from '../../stores/access/apiKeys.ts';
import { addPrincipal, setRole } from '../../stores/access/principals.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { type Part, startTributary, type Tributary } from './tributary.ts';

export const SECRET = 'a secret of tests, long enough to be one';
export const PASSWORD = 'correct horse battery';

/** A Tributary where everybody says who they are. */
export function startGuarded(parts: Part[] = ['api'], env: Record<string, string> = {}): Promise<Tributary> {
  return startTributary({ parts, env: { ACCESS: 'required', SECRET_KEY: SECRET, ...env } });
}

export interface Account {
  id: string;
  email: string;
  tenant: string;
  tenantId: string;
  key: string;
  /** Of the key. */
  keyId: string;
}

let hash: Promise<string> | undefined;

/** Somebody with a role in one tenant, a password and a key with all that the role may. */
export async function makeAccount(
  db: Database,
  tenant: string,
  role: Role,
  more: { installation?: boolean; scopes?: readonly string[] } = {},
): Promise<Account> {
  hash ??= createPasswords().hash(PASSWORD);
  const passwordHash = await hash;
  const email = `${role}-${randomUUID().slice(0, 8)}@example.org`;
  const minted = mintKey();
  return db.tx(async (tx) => {
    const { id: tenantId } = await ensureTenant(tx, tenant);
    const id = await addPrincipal(tx, {
      ...{ kind: 'person', name: email, email, passwordHash },
      installationAdmin: more.installation ?? false,
    });
    if (id === null) throw new Error('The account is there already.');
    await setRole(tx, id, tenantId, role);
    const keyId = await addKey(tx, {
      ...{ principalId: id, tenantId: more.installation ? null : tenantId, name: 'test', expiresAt: null },
      ...{ prefix: minted.prefix, hash: minted.hash, scopes: more.scopes ?? scopesOf(role) },
    });
    return { id, email, tenant, tenantId, key: minted.key, keyId };
  });
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

export async function signIn(
  t: Tributary,
  { email }: { email: string },
  password = PASSWORD,
): Promise<Tokens> {
  const response = await fetch(`${t.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  return (await response.json()) as Tokens;
}

export const withKey = (key: string): Record<string, string> => ({ 'x-api-key': key });
export const withToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Calls with these headers, and JSON where there is a body. */
export function caller(t: Tributary, headers: Record<string, string>) {
  return (method: string, at: string, body?: unknown): Promise<Response> =>
    fetch(`${t.url}${at}`, {
      method,
      redirect: 'manual',
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}
