import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { announce } from '../../stores/feed/announce.ts';
import { feedBounds, numberFeed, readFeed, sweepFeed } from '../../stores/feed/read.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

const EVERYTHING = Number.MAX_SAFE_INTEGER;

describe('the feed', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let db: Database;

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 12, deadlineMs: 30_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const say = (sql: Parameters<typeof announce>[0], assetId: number) =>
    announce(sql, { kind: 'asset.ready', tenantId: null, assets: [assetId] });

  async function readBehind(position: number): Promise<{ ids: number[]; position: number }> {
    await db.run(numberFeed);
    const rows = await db.run((sql) => readFeed(sql, position, EVERYTHING, {}, 10_000));
    return { ids: rows.flatMap((row) => row.assetIds ?? []), position: rows.at(-1)?.position ?? position };
  }

  it('shows what commits late behind what was read before, although it was written first', async () => {
    const start = await readBehind(0);
    let commit: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written: () => void = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const early = db.tx(async (tx) => {
      await say(tx, 1);
      written();
      await held;
    });
    await isWritten;
    await db.run((sql) => say(sql, 2));
    const first = await readBehind(start.position);
    assert.deepEqual(first.ids, [2]);
    commit();
    await early;
    assert.deepEqual((await readBehind(first.position)).ids, [1]);
  });

  it('loses and repeats nothing while many write at once, take their time, or give up', async () => {
    const start = await readBehind(0);
    const rounds = 25;
    const writers = 6;
    const kept: number[] = [];
    const write = async (writer: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        const id = 1_000 + writer * rounds + round;
        const givesUp = id % 7 === 0;
        await db
          .tx(async (tx) => {
            await say(tx, id);
            await sleep((id * 7919) % 23);
            if (givesUp) throw new Error('given up');
          })
          .catch((error: unknown) => assert.match(String(error), /given up/));
        if (!givesUp) kept.push(id);
      }
    };
    let writing = true;
    const seen: number[][] = [[], []];
    // Two readers, each of which numbers what it finds.
    const read = async (reader: number): Promise<void> => {
      let { position } = start;
      for (;;) {
        const last = !writing;
        const page = await readBehind(position);
        assert.ok(page.position >= position);
        seen[reader]!.push(...page.ids);
        position = page.position;
        if (last) return;
      }
    };
    const reading = [read(0), read(1)];
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    writing = false;
    await Promise.all(reading);
    assert.deepEqual(seen[0], seen[1]);
    assert.deepEqual(
      seen[0]!.toSorted((a, b) => a - b),
      kept.toSorted((a, b) => a - b),
    );
    const positions = await db.run(
      (sql) => sql<{ position: number }[]>`
        select position from feed_events where position > ${start.position} order by position`,
    );
    // Without holes: whoever gave up took no number.
    assert.deepEqual(
      positions.map(({ position }) => position - start.position),
      kept.map((_, i) => i + 1),
    );
  });

  it('reads what somebody asks for', async () => {
    const start = await readBehind(0);
    const [tenantId, importId, cameraId] = [randomUUID(), randomUUID(), randomUUID()];
    await db.run((sql) => announce(sql, { kind: 'import.progress', tenantId, importId }));
    await db.run((sql) =>
      announce(sql, { kind: 'camera.gap_opened', tenantId, cameraId, detail: { reason: 'x' } }),
    );
    await db.run(numberFeed);
    const kinds = async (filter: Parameters<typeof readFeed>[3]) =>
      (await db.run((sql) => readFeed(sql, start.position, EVERYTHING, filter, 10))).map(({ kind }) => kind);
    assert.deepEqual(await kinds({ tenantIds: [tenantId] }), ['import.progress', 'camera.gap_opened']);
    assert.deepEqual(await kinds({ importId }), ['import.progress']);
    assert.deepEqual(await kinds({ cameraId, kinds: ['camera.gap_opened', 'asset.ready'] }), [
      'camera.gap_opened',
    ]);
    assert.deepEqual(await kinds({ tenantIds: [randomUUID()] }), []);
  });

  it('sweeps what is old, and remembers up to where', async () => {
    await db.run((sql) => say(sql, 9));
    const { position } = await readBehind(0);
    await db.run(
      (sql) => sql`update feed_events set at = now() - interval '8 days' where position < ${position}`,
    );
    await sweepFeed(db, 7);
    assert.deepEqual(await db.run(feedBounds), { head: position, swept: position - 1 });
    assert.deepEqual((await readBehind(0)).ids, [9]);
    await sweepFeed(db, 7);
    assert.deepEqual(await db.run(feedBounds), { head: position, swept: position - 1 });
  });
});
