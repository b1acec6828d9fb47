import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { mintKey } from '../api/access/apiKey.ts';
import { createPasswords, PASSWORD_CHARS } from '../api/access/passwords.ts';
import type { Config } from '../config.ts';
import { covers, ROLES, type Role, SCOPES, scopesOf } from '../domain/access.ts';
import { type ApiKey, addKey, listKeys, revokeKey } from '../stores/access/apiKeys.ts';
import {
  addPrincipal,
  findPrincipalCalled,
  listPrincipals,
  type PrincipalRow,
  removeMembership,
  setDisabled,
  setInstallationAdmin,
  setPassword,
  setRole,
} from '../stores/access/principals.ts';
import { createDatabase, type Database, type Sql } from '../stores/postgres/database.ts';
import { ensureTenant, findTenant } from '../stores/tenants.ts';
import { ServerError } from './client/server.ts';

async function withDatabase<T>(config: Config, work: (db: Database) => Promise<T>): Promise<T> {
  if (config.database.url === null) throw new ServerError('Set DATABASE_URL to the database to work on.');
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    deadlineMs: config.database.deadlineMs,
    applicationName: 'tributary-accounts',
  });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function find(sql: Sql, called: string): Promise<PrincipalRow> {
  const found = await findPrincipalCalled(sql, called);
  if (found === null)
    throw new ServerError(`There is no account "${called}". tributary users list shows them.`);
  return found;
}

/** From a file or standard input (`-`); without either a random one. */
async function readPassword(from: string | undefined): Promise<{ password: string; made: boolean }> {
  if (from === undefined) return { password: randomBytes(18).toString('base64url'), made: true };
  const given = from === '-' ? await text(process.stdin) : await readFile(from, 'utf8');
  const password = given.replace(/\r?\n$/, '');
  const { min, max } = PASSWORD_CHARS;
  if (password.length < min || password.length > max) {
    throw new ServerError(`A password has ${min} to ${max} characters.`);
  }
  return { password, made: false };
}

export interface NewAccount {
  /** An e-mail; of a service its name. */
  called: string;
  name: string | undefined;
  service: boolean;
  admin: boolean;
  tenant: string | undefined;
  role: Role;
  passwordFile: string | undefined;
}

/** @returns the password, where one was made */
export async function addAccount(config: Config, account: NewAccount): Promise<string | null> {
  const { called, service, admin } = account;
  if (!service && !/^[^\s@]+@[^\s@]+$/.test(called)) {
    throw new ServerError('A person is named by an e-mail address; use --service for programs.');
  }
  const { password, made } = await readPassword(account.passwordFile);
  const passwordHash = service ? null : await createPasswords().hash(password);
  await withDatabase(config, (db) =>
    db.tx(async (tx) => {
      if ((await findPrincipalCalled(tx, called)) !== null) {
        throw new ServerError(`There is an account "${called}" already.`);
      }
      const id = await addPrincipal(tx, {
        kind: service ? 'service' : 'person',
        name: account.name ?? called,
        email: service ? null : called,
        ...{ passwordHash, installationAdmin: admin },
      });
      if (id === null) throw new ServerError(`There is an account "${called}" already.`);
      if (account.tenant !== undefined) {
        await setRole(tx, id, (await ensureTenant(tx, account.tenant)).id, account.role);
      }
    }),
  );
  return made && !service ? password : null;
}

export const listAccounts = (config: Config): Promise<PrincipalRow[]> =>
  withDatabase(config, (db) => db.run(listPrincipals));

/** @param role `none`: no role any more */
export async function giveRole(config: Config, called: string, tenant: string, role: string): Promise<void> {
  if (role !== 'none' && !(ROLES as readonly string[]).includes(role)) {
    throw new ServerError(`A role is one of ${ROLES.join(', ')}, or none.`);
  }
  await withDatabase(config, (db) =>
    db.tx(async (tx) => {
      const { id } = await find(tx, called);
      if (tenant === '*') {
        if (role !== 'admin' && role !== 'none')
          throw new ServerError('For all tenants there is the role admin only.');
        await setInstallationAdmin(tx, id, role === 'admin');
        return;
      }
      const found = await findTenant(tx, tenant);
      if (found === null) throw new ServerError(`There is no tenant "${tenant}".`);
      if (role === 'none') await removeMembership(tx, id, found.id);
      else await setRole(tx, id, found.id, role as Role);
    }),
  );
}

/** @returns the password, where one was made */
export async function newPassword(
  config: Config,
  called: string,
  file: string | undefined,
): Promise<string | null> {
  const { password, made } = await readPassword(file);
  const hash = await createPasswords().hash(password);
  await withDatabase(config, (db) =>
    db.tx(async (tx) => {
      const { id, kind } = await find(tx, called);
      if (kind === 'service') throw new ServerError('A service account has keys and no password.');
      await setPassword(tx, id, hash, null);
    }),
  );
  return made ? password : null;
}

export async function disable(config: Config, called: string, disabled: boolean): Promise<void> {
  await withDatabase(config, (db) =>
    db.tx(async (tx) => setDisabled(tx, (await find(tx, called)).id, disabled)),
  );
}

export interface NewKeyFor {
  called: string;
  name: string;
  /** `undefined`: wherever its owner may. */
  tenant: string | undefined;
  scopes: string[];
  days: number | undefined;
}

/** @returns the key, which is shown this once */
export async function createKey(config: Config, wanted: NewKeyFor): Promise<string> {
  const unknown = wanted.scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown !== undefined)
    throw new ServerError(`There is no scope ${unknown}. Choose of ${SCOPES.join(', ')}.`);
  const { key, prefix, hash } = mintKey();
  await withDatabase(config, (db) =>
    db.tx(async (tx) => {
      const owner = await find(tx, wanted.called);
      const tenant = wanted.tenant === undefined ? null : await findTenant(tx, wanted.tenant);
      if (tenant === null && wanted.tenant !== undefined)
        throw new ServerError(`There is no tenant "${wanted.tenant}".`);
      const role = owner.memberships.find((each) => each.tenantId === tenant?.id)?.role;
      if (tenant !== null && role === undefined && !owner.installationAdmin) {
        throw new ServerError(`${wanted.called} has no role in ${tenant.name}: tributary users role`);
      }
      const most = role === undefined ? ['all:admin'] : scopesOf(role);
      const over = wanted.scopes.find((scope) => !covers(most, scope));
      if (over !== undefined)
        throw new ServerError(`The role ${role} does not reach as far as the scope ${over}.`);
      await addKey(tx, {
        ...{ principalId: owner.id, tenantId: tenant?.id ?? null, name: wanted.name, prefix, hash },
        scopes: wanted.scopes,
        expiresAt: wanted.days === undefined ? null : new Date(Date.now() + wanted.days * 86_400_000),
      });
    }),
  );
  return key;
}

export const allKeys = (config: Config): Promise<ApiKey[]> =>
  withDatabase(config, (db) => db.run((sql) => listKeys(sql, null)));

/** @param prefix as it is shown, with or without `trib_` */
export async function revoke(config: Config, prefix: string): Promise<void> {
  await withDatabase(config, (db) =>
    db.run(async (sql) => {
      const bare = prefix.replace(/^trib_/, '').slice(0, 8);
      const key = (await listKeys(sql, null)).find((each) => each.prefix === bare);
      if (key === undefined || !(await revokeKey(sql, key.id))) {
        throw new ServerError(
          `There is no key trib_${bare} that is still good. tributary keys list shows them.`,
        );
      }
    }),
  );
}
