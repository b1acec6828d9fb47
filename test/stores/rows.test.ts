import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { Failure } from '../../domain/failures.ts';
import type { SourceItem } from '../../sources/source.ts';
import { type Arrival, claimAsset, commitOriginal } from '../../stores/assets.ts';
import { createImport, readImport, viewImport } from '../../stores/imports.ts';
import { pendingInBatch } from '../../stores/items.ts';
import { addListedPage } from '../../stores/listedPage.ts';
import { enqueue, markSent, takeDue } from '../../stores/outbox.ts';
import { recordOutcomes } from '../../stores/outcomes.ts';
import { isPostgresWriteCrash } from '../../stores/postgres/crashGuard.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { requeueFailed } from '../../stores/redrive.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase } from '../hosting/stack.ts';
import { digestsOf } from './digestsOf.ts';

const SKIPPED = { state: 'skipped', reason: 'no-model' } as const;

describe('rows', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let tenantId: string;

  before(async function () {
    this.timeout(180_000);
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 10, deadlineMs: 5_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'rows'))).id;
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const item = (name: string, version = 'v1'): SourceItem => ({
    externalId: name,
    name,
    locator: name,
    size: 10,
    sizeExact: true,
    modifiedAt: null,
    version,
  });

  async function listed(address: string, items: SourceItem[]): Promise<string> {
    const id = await db.tx((tx) => createImport(tx, { tenantId, kind: 'folder', address, settings: {} }));
    const record = await db.run((sql) => readImport(sql, id));
    await db.tx((tx) => addListedPage(tx, record!, { items, next: null }));
    return id;
  }

  function arrival(content: string): Omit<Arrival, 'claim'> {
    return {
      tenantId,
      ...digestsOf(content),
      bytes: content.length,
      name: content,
      mediaType: 'image/jpeg',
      sourceKind: 'folder',
      modifiedAt: null,
    };
  }

  async function bringIn(importId: string, content: string) {
    const [next] = await db.run((sql) => pendingInBatch(sql, importId, 0, 1_000));
    const claim = randomUUID();
    const { assetId, mine } = await db.run((sql) => claimAsset(sql, { ...arrival(content), claim }));
    const stored = mine && (await db.run((sql) => commitOriginal(sql, { assetId, claim, itemId: next!.id })));
    return { itemId: next!.id, assetId, stored };
  }

  describe('migrations', () => {
    it('run once, however many ask at the same time', async () => {
      const empty = await createTestDatabase();
      try {
        const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(empty.url)));
        assert.equal(applied.filter((names) => names.length > 0).length, 1);
      } finally {
        await empty.drop();
      }
    });
  });

  describe('the database', () => {
    it('gives up in time, with a failure that may be tried again', async () => {
      const hurried = createDatabase({
        url: database.url,
        pool: 1,
        deadlineMs: 300,
        applicationName: 'test',
      });
      const started = performance.now();
      await assert.rejects(
        hurried.run((sql) => sql`select pg_sleep(5)`),
        (error) => error instanceof Failure && error.type === 'database_unavailable' && error.retryable,
      );
      assert.ok(performance.now() - started < 4_500);
      await hurried.close();
    });

    it('does not wait for ever when every connection is taken', async () => {
      const small = createDatabase({
        url: database.url,
        pool: 2,
        deadlineMs: 1_000,
        applicationName: 'test',
      });
      const busy = Promise.allSettled(
        Array.from({ length: 2 }, () => small.tx((tx) => tx`select pg_sleep(0.9)`)),
      );
      await sleep(50);
      const late = await Promise.allSettled(
        Array.from({ length: 6 }, () => small.run((sql) => sql`select pg_sleep(0.6)`)),
      );
      for (const each of late) {
        if (each.status === 'rejected') assert.ok(each.reason instanceof Failure, String(each.reason));
      }
      assert.ok(late.some((each) => each.status === 'rejected'));
      await busy;
      assert.equal((await small.run((sql) => sql`select 1 as one`))[0]?.['one'], 1, 'and recovers');
      await small.close();
    });

    it('survives a backend that dies inside a transaction', async function () {
      this.timeout(120_000);
      let dropped = 0;
      const mortal = createDatabase({
        url: database.url,
        pool: 2,
        deadlineMs: 5_000,
        applicationName: 'test',
      });
      const guard = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      const onError = (error: unknown): void => {
        if (!isPostgresWriteCrash(error)) throw error;
        dropped += 1;
      };
      process.on('uncaughtException', onError);
      try {
        const admin = postgres(database.url, { max: 1, onnotice: () => {} });
        for (let round = 0; round < 5; round += 1) {
          const work = mortal.tx(async (tx) => {
            const [me] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
            await tx`insert into tenants (name) values (${`dying-${round}`})`;
            await admin`select pg_terminate_backend(${me!.pid})`;
            await tx`select 1`;
            await tx`select 2`;
          });
          await assert.rejects(work);
        }
        await admin.end();
        const [left] = await db.run(
          (sql) => sql<{ n: number }[]>`select count(*) as n from tenants where name like 'dying-%'`,
        );
        assert.equal(left?.n, 0, 'nothing is half committed');
      } finally {
        await sleep(50);
        await mortal.close();
        process.removeListener('uncaughtException', onError);
        for (const listener of guard) process.on('uncaughtException', listener);
      }
      assert.ok(dropped >= 0);
    });

    it('keeps values of rows out of its errors', async () => {
      const secret = `secret-${randomUUID()}`;
      await db.run((sql) => sql`insert into tenants (name) values (${secret})`);
      await assert.rejects(
        db.run((sql) => sql`insert into tenants (name) values (${secret})`),
        (error: Error) => {
          assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, new RegExp(secret));
          return /23505/.test(error.message);
        },
      );
    });

    it('tries crossing transactions again', async function () {
      this.timeout(180_000);
      await db.run((sql) => sql`create table if not exists crossing (id int primary key, n int not null)`);
      await db.run((sql) => sql`insert into crossing values (1, 0), (2, 0) on conflict do nothing`);
      const add = (first: number, second: number) =>
        db.tx(async (tx) => {
          await tx`update crossing set n = n + 1 where id = ${first}`;
          await tx`update crossing set n = n + 1 where id = ${second}`;
        });
      for (let round = 0; round < 5; round += 1) await Promise.all([add(1, 2), add(2, 1)]);
      const rows = await db.run((sql) => sql<{ n: number }[]>`select n from crossing order by id`);
      assert.deepEqual(
        rows.map((row) => row.n),
        [10, 10],
      );
    });
  });

  describe('a claim', () => {
    it('is won once among 50, and all learn the same asset', async () => {
      const claims = await Promise.all(
        Array.from({ length: 50 }, () =>
          db.run((sql) => claimAsset(sql, { ...arrival('fifty'), claim: randomUUID() })),
        ),
      );
      assert.equal(new Set(claims.map((claimed) => claimed.assetId)).size, 1);
    });

    it('passes to the next who holds the bytes until they are stored', async () => {
      const importId = await listed('/claims', [item('a'), item('b')]);
      const [a, b] = await db.run((sql) => pendingInBatch(sql, importId, 0, 10));
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
      const one = await db.run((sql) => claimAsset(sql, { ...arrival('pass'), claim: first }));
      const two = await db.run((sql) => claimAsset(sql, { ...arrival('pass'), claim: second }));
      assert.deepEqual([one.mine, two.mine, one.assetId], [true, true, two.assetId]);
      const commit = (claim: string, itemId: number) =>
        db.run((sql) => commitOriginal(sql, { assetId: one.assetId, claim, itemId }));
      assert.equal(await commit(first, a!.id), false, 'the first lost it');
      assert.equal(await commit(second, b!.id), true);
      assert.equal(await commit(second, b!.id), false, 'once');
      const late = await db.run((sql) => claimAsset(sql, { ...arrival('pass'), claim: third }));
      assert.equal(late.mine, false);
    });
  });

  describe('outcomes', () => {
    it('are counted from rows and never twice', async () => {
      const importId = await listed('/outcomes', [item('one'), item('two'), item('three')]);
      const { itemId, assetId } = await bringIn(importId, 'content-one');
      const outcome = {
        importId,
        rendered: [{ item: itemId, asset: assetId }],
        ended: [
          { item: itemId + 1, outcome: 'rejected', reason: 'corrupt_image', detail: 'x'.repeat(5_000) },
        ],
        detection: SKIPPED,
      } as const;
      await db.tx((tx) => recordOutcomes(tx, outcome));
      await db.tx((tx) => recordOutcomes(tx, outcome));
      const view = await db.run((sql) => viewImport(sql, importId));
      assert.deepEqual([view!.counts.stored, view!.counts.rejected, view!.counts.pending], [1, 1, 1]);
      const events = await db.run(
        (sql) => sql<{ kind: string }[]>`select kind from events where item_id = ${itemId} order by id`,
      );
      assert.deepEqual(
        events.map((event) => event.kind),
        ['asset.original_stored', 'item.stored'],
      );
    });

    for (const when of ['before', 'after', 'with'] as const) {
      it(`a duplicate settled ${when} its asset is rejected is rejected too`, async () => {
        const importId = await listed(`/cascade/${when}`, [item('winner'), item('copy')]);
        const { itemId, assetId } = await bringIn(importId, `bad-${when}`);
        const reject = {
          item: itemId,
          outcome: 'rejected',
          reason: 'truncated',
          detail: 'cut',
          asset: assetId,
        } as const;
        const copy = {
          item: itemId + 1,
          outcome: 'duplicate',
          reason: 'known_content',
          asset: assetId,
        } as const;
        const batches =
          when === 'before' ? [[copy], [reject]] : when === 'after' ? [[reject], [copy]] : [[copy, reject]];
        for (const ended of batches) {
          await db.tx((tx) => recordOutcomes(tx, { importId, rendered: [], ended, detection: SKIPPED }));
        }
        const rows = await db.run(
          (sql) => sql`select state, reason from import_items where import_id = ${importId} order by id`,
        );
        assert.deepEqual(
          rows.map((row) => ({ ...row })),
          [
            { state: 'rejected', reason: 'truncated' },
            { state: 'rejected', reason: 'truncated' },
          ],
        );
        const ledger = await db.run(
          (sql) => sql<{ outcome: string }[]>`select outcome from source_items where import_id = ${importId}`,
        );
        assert.deepEqual(
          ledger.map((row) => row.outcome),
          ['rejected', 'rejected'],
        );
      });
    }

    it('a failed asset is revived by a retry, at the stage where it stopped', async () => {
      const importId = await listed('/revive', [item('f')]);
      const { itemId, assetId } = await bringIn(importId, 'revive');
      await db.tx((tx) =>
        recordOutcomes(tx, {
          importId,
          rendered: [],
          ended: [{ item: itemId, outcome: 'failed', reason: 'store_unavailable', asset: assetId }],
          detection: SKIPPED,
        }),
      );
      assert.equal(await db.tx((tx) => requeueFailed(tx, importId)), 1);
      const [again] = await db.run((sql) => pendingInBatch(sql, importId, 0, 100));
      assert.equal(again!.id, itemId);
      assert.equal(again!.assetId, assetId, 'its original need not be fetched again');
      assert.equal(again!.attempts, 0);
    });
  });

  describe('a listing', () => {
    it('skips what the ledger knows, and a page counts once', async () => {
      const first = await listed('/ledger', [item('a'), item('b')]);
      const { itemId, assetId } = await bringIn(first, 'ledger-a');
      await db.tx((tx) =>
        recordOutcomes(tx, {
          importId: first,
          rendered: [{ item: itemId, asset: assetId }],
          ended: [],
          detection: SKIPPED,
        }),
      );
      const second = await listed('/ledger', [item('a'), item('a'), item('b'), item('a', 'v2')]);
      const rows = await db.run(
        (sql) => sql<
          { name: string; version: string; state: string; reason: string | null; slot: number | null }[]
        >`
          select name, version, state, reason, slot from import_items where import_id = ${second} order by id`,
      );
      const brief = rows.map((row) => `${row.name} ${row.version} ${row.state} ${row.reason}`).sort();
      assert.deepEqual(brief, ['a v1 skipped known_version', 'a v2 pending null', 'b v1 pending null']);
      assert.deepEqual(
        rows
          .map((row) => row.slot)
          .filter((slot) => slot !== null)
          .sort(),
        [0, 1],
      );
      const stale = await db.run((sql) => readImport(sql, second));
      const twice = await db.tx((tx) =>
        addListedPage(tx, { ...stale!, pages: 0 }, { items: [item('zombie')], next: null }),
      );
      assert.equal(twice, null, 'a page that another attempt has written is not written again');
    });

    it('takes 5,000 items with names of any kind', async function () {
      this.timeout(120_000);
      const items = Array.from({ length: 5_000 }, (_, i) => item(`dir/${i}-\u0000\ud800 ü"'\\;--\n.jpg`));
      const id = await listed('/many', items);
      const view = await db.run((sql) => viewImport(sql, id));
      assert.equal(view!.counts.pending, 5_000);
    });
  });

  describe('the outbox', () => {
    it('gives a message to one dispatcher at a time and comes back until it is marked', async () => {
      const importId = await listed('/outbox', []);
      await db.tx((tx) => enqueue(tx, { tenantId, kind: 'run-import', importId }));
      const taken = await Promise.all(Array.from({ length: 5 }, () => db.run((sql) => takeDue(sql, 10, 1))));
      const mine = taken.flat().filter((message) => 'importId' in message && message.importId === importId);
      assert.equal(mine.length, 1);
      await sleep(1_100);
      const again = (await db.run((sql) => takeDue(sql, 10, 1))).filter(
        (message) => 'importId' in message && message.importId === importId,
      );
      assert.equal(again[0]?.attempts, 2);
      await db.run((sql) => markSent(sql, [again[0]!.id]));
      await sleep(1_100);
      const none = (await db.run((sql) => takeDue(sql, 10, 1))).filter(
        (message) => 'importId' in message && message.importId === importId,
      );
      assert.deepEqual(none, []);
    });
  });
});
