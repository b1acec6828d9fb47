import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSameKey } from '../../api/access/apiKey.ts';
import { createPasswords } from '../../api/access/passwords.ts';
import {
  addAccount,
  allKeys,
  createKey,
  disable,
  giveRole,
  listAccounts,
  type NewAccount,
  newPassword,
  revoke,
} from '../../cli/accounts.ts';
import { type Config, readConfig } from '../../config.ts';
import { keyByPrefix } from '../../stores/access/apiKeys.ts';
import { passwordHashOf } from '../../stores/access/principals.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

describe('tributary users and keys', () => {
  let own: TestDatabase;
  let config: Config;
  let db: Database;
  let dir: string;
  const person: NewAccount = {
    ...{ called: 'Ann@example.org', name: 'Ann', service: false, admin: true, tenant: undefined },
    ...({ role: 'viewer', passwordFile: undefined } as const),
  };

  before(async () => {
    own = await createTestDatabase(migrate);
    config = readConfig({ DATABASE_URL: own.url });
    db = createDatabase({ url: own.url, pool: 2, deadlineMs: 20_000, applicationName: 'test' });
    dir = await mkdtemp(path.join(tmpdir(), 'tributary-accounts-'));
  });
  after(async () => {
    await db.close();
    await own.drop();
    await rm(dir, { recursive: true });
  });

  const isPassword = async (email: string, password: string): Promise<boolean> => {
    const known = await db.run((sql) => passwordHashOf(sql, email));
    return createPasswords().matches(password, known?.hash ?? null);
  };

  it('make the first administrator, with a password that is shown once', async () => {
    const password = await addAccount(config, person);
    assert.ok(password !== null && password.length >= 20);
    assert.ok(await isPassword('ann@example.org', password));
    assert.ok(!(await isPassword('ann@example.org', `${password}x`)));
    await assert.rejects(addAccount(config, person), /already/);
    await assert.rejects(addAccount(config, { ...person, called: 'ann' }), /--service/);
  });

  it('give roles, in tenants that are made by the first account in them', async () => {
    await addAccount(config, {
      ...person,
      called: 'bob@example.org',
      admin: false,
      tenant: 'north',
      role: 'contributor',
    });
    await giveRole(config, 'bob@example.org', 'north', 'manager');
    await assert.rejects(giveRole(config, 'bob@example.org', 'north', 'owner'), /viewer, contributor/);
    await assert.rejects(giveRole(config, 'bob@example.org', 'nowhere', 'viewer'), /no tenant/);
    await assert.rejects(giveRole(config, 'carl@example.org', 'north', 'viewer'), /no account/);
    await giveRole(config, 'bob@example.org', '*', 'admin');
    const roles = async () =>
      (await listAccounts(config)).map(({ email, installationAdmin, memberships }) => [
        ...[email, installationAdmin],
        ...memberships.map(({ tenantName, role }) => `${tenantName}:${role}`),
      ]);
    assert.deepEqual(await roles(), [
      ['ann@example.org', true],
      ['bob@example.org', true, 'north:manager'],
    ]);
    await giveRole(config, 'bob@example.org', '*', 'none');
    assert.deepEqual((await roles())[1], ['bob@example.org', false, 'north:manager']);
  });

  it('read a password from a file, and refuse a short one', async () => {
    const file = path.join(dir, 'password');
    await writeFile(file, 'a password of ten words\n');
    assert.equal(await newPassword(config, 'bob@example.org', file), null);
    assert.ok(await isPassword('bob@example.org', 'a password of ten words'));
    await writeFile(file, 'short\n');
    await assert.rejects(newPassword(config, 'bob@example.org', file), /12 to 200/);
  });

  it('make keys that may no more than their owner, and end them', async () => {
    await addAccount(config, {
      ...person,
      called: 'loader',
      name: undefined,
      service: true,
      admin: false,
      tenant: 'north',
      role: 'contributor',
    });
    const wanted = { called: 'loader', name: 'nightly', tenant: 'north', days: 30 };
    await assert.rejects(createKey(config, { ...wanted, scopes: ['uploads:admin'] }), /does not reach/);
    await assert.rejects(createKey(config, { ...wanted, scopes: ['uploads'] }), /no scope/);
    await assert.rejects(
      createKey(config, { ...wanted, called: 'bob@example.org', tenant: 'nowhere', scopes: ['all:read'] }),
      /no tenant/,
    );
    const key = await createKey(config, { ...wanted, scopes: ['uploads:write'] });
    const prefix = key.slice(5, 13);
    const kept = await db.run((sql) => keyByPrefix(sql, prefix));
    assert.ok(kept !== null && isSameKey(key, kept.hash));
    assert.deepEqual(kept.scopes, ['uploads:write']);
    const [shown] = await allKeys(config);
    assert.ok(shown !== undefined && !JSON.stringify(shown).includes(key.slice(14)));
    assert.ok(Math.abs((shown.expiresAt?.getTime() ?? 0) - Date.now() - 30 * 86_400_000) < 600_000);
    await revoke(config, `trib_${prefix}`);
    assert.equal(await db.run((sql) => keyByPrefix(sql, prefix)), null);
    await assert.rejects(revoke(config, prefix), /still good/);
  });

  it('keep somebody out, and let them in again', async () => {
    await disable(config, 'bob@example.org', true);
    assert.equal(await db.run((sql) => passwordHashOf(sql, 'bob@example.org')), null);
    await disable(config, 'bob@example.org', false);
    assert.ok(await isPassword('bob@example.org', 'a password of ten words'));
  });
});
