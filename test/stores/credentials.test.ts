import assert from 'node:assert/strict';
import { Failure } from '../../domain/failures.ts';
import {
  dropCredentials,
  dropForgotten,
  openCredentials,
  rotateCredentials,
  saveCredentials,
} from '../../stores/credentials/credentials.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

const [OLD, NEW] = [
  'the old key, which is long enough to be one',
  'the new key, which is long enough to be one',
];
const unreadable = (error: unknown) => error instanceof Failure && error.type === 'credentials_unreadable';

describe('stored credentials', () => {
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  const value = { type: 'basic', username: 'ranger', password: 'fox & badger 🦡' };

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 3, deadlineMs: 20_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'sealed'))).id;
  });

  after(async () => {
    await db.close();
    await database.drop();
  });

  const save = (sealer = createSealer(OLD)) =>
    db.tx((tx) => saveCredentials(tx, sealer, { tenantId, kind: 'http-directory', value }));
  const open = (id: string, sealer = createSealer(OLD)) => db.run((sql) => openCredentials(sql, sealer, id));

  it('come back as they were, and are nowhere to be read', async () => {
    const id = await save();
    assert.deepEqual((await open(id))?.value, value);
    const rows = await db.run((sql) => sql`select * from credentials`);
    const dump = JSON.stringify(rows.map((row) => ({ ...row, sealed: row['sealed'].toString('latin1') })));
    for (const secret of [value.password, value.username, OLD]) assert.ok(!dump.includes(secret));
  });

  it('are sealed differently each time, and recognised as equal by who has the key', async () => {
    const [a, b] = [await save(), await save()];
    const [one, two] = await Promise.all([open(a), open(b)]);
    assert.equal(one?.fingerprint, two?.fingerprint);
    const rows = await db.run((sql) => sql`select sealed from credentials where id in (${a}, ${b})`);
    assert.notDeepEqual(rows[0]?.['sealed'], rows[1]?.['sealed']);
    assert.notEqual(createSealer(OLD).fingerprint('x'), createSealer(NEW).fingerprint('x'));
  });

  it('open in their own row only, with their own key only, undamaged only', async () => {
    const [a, b] = [await save(), await save()];
    await db.run(
      (sql) =>
        sql`update credentials set sealed = (select sealed from credentials where id = ${a}) where id = ${b}`,
    );
    await assert.rejects(open(b), unreadable, 'of another row');
    await assert.rejects(open(a, createSealer(NEW)), unreadable, 'with another key');
    await assert.rejects(open(a, createSealer(null)), unreadable, 'without a key');
    for (const at of [0, 13, 40]) {
      const id = await save();
      await db.run(
        (sql) => sql`
          update credentials set sealed = set_byte(sealed, ${at}, (get_byte(sealed, ${at}) + 1) % 256) where id = ${id}`,
      );
      await assert.rejects(open(id), unreadable, `byte ${at} changed`);
    }
    await assert.rejects(save(createSealer(null)), unreadable);
    await db.run((sql) => sql`delete from credentials`);
  });

  it('are sealed anew with a new key, the old one is needed no more, and a second time does nothing', async () => {
    const ids = [await save(), await save()];
    const both = createSealer(NEW, [OLD]);
    assert.deepEqual((await open(ids[0]!, both))?.value, value);
    assert.equal(await db.tx((tx) => rotateCredentials(tx, both)), 2);
    assert.equal(await db.tx((tx) => rotateCredentials(tx, both)), 0);
    for (const id of ids) assert.deepEqual((await open(id, createSealer(NEW)))?.value, value);
    await assert.rejects(open(ids[0]!), unreadable);
  });

  it('go when nothing points at them any more', async () => {
    const id = await save();
    await db.tx((tx) => dropCredentials(tx, id));
    assert.equal(await open(id), null);
    const [old, fresh] = [await save(), await save()];
    await db.run(
      (sql) => sql`update credentials set created_at = now() - interval '40 days' where id = ${old}`,
    );
    await db.run((sql) => dropForgotten(sql, 30));
    assert.equal(await open(old), null);
    assert.notEqual(await open(fresh), null);
  });
});
