import assert from 'node:assert/strict';
import { tryRule } from '../../api/rules/trial.ts';
import { announce } from '../../stores/feed/announce.ts';
import { numberFeed } from '../../stores/feed/read.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { type FiringRow, listFirings } from '../../stores/rules/firings.ts';
import { lookWithRules } from '../../stores/rules/look.ts';
import { changeRule, createRule, findRule, type RuleInput } from '../../stores/rules/rules.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { putModel, putSeen } from '../hosting/seen.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { putShots } from './library.ts';

const RULE: RuleInput = {
  name: 'Animals',
  enabled: true,
  when: { categories: ['animal'] },
  gapMinutes: 30,
  webhookId: null,
};
const minute = (n: number) => new Date(Date.UTC(2026, 4, 1, 22, n)).toISOString();

describe('rules', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  let modelId: number;

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 6, deadlineMs: 30_000, applicationName: 'test' });
    modelId = await putModel(db, 'finder');
  });
  beforeEach(async () => {
    tenantId = (await db.run((sql) => ensureTenant(sql, `t${Math.random()}`))).id;
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  async function rule(more: Partial<RuleInput> = {}): Promise<string> {
    const id = await db.tx((tx) => createRule(tx, tenantId, { ...RULE, ...more }, 10));
    return id!;
  }

  /** Pictures of one camera in which the model saw an animal. */
  async function animals(times: readonly string[], camera = 'cam'): Promise<number[]> {
    const ids = await putShots(
      db,
      tenantId,
      times.map((takenAt) => ({ takenAt, camera })),
    );
    await putSeen(
      db,
      modelId,
      ids,
      ids.map((asset) => ({ asset, label: 'animal', score: 0.9 })),
    );
    return ids;
  }

  async function ready(
    ids: readonly number[],
    kind: 'asset.ready' | 'asset.detected' = 'asset.ready',
  ): Promise<void> {
    await db.run((sql) => announce(sql, { kind, tenantId, assets: ids }));
    await db.run(numberFeed);
    while (await lookWithRules(db));
  }

  const firings = async (id: string): Promise<FiringRow[]> =>
    (await db.run((sql) => listFirings(sql, id, { limit: 100, offset: 0 }))).firings;
  const events = async (id: string) =>
    db.run(
      (sql) => sql<{ assets: number[] }[]>`
      select asset_ids as assets from feed_events where kind = 'rule.fired' and subject_id = ${id} order by id`,
    );

  it('make one alert of many pictures of one animal', async () => {
    const id = await rule();
    const ids = await animals(Array.from({ length: 30 }, (_, n) => minute(n)));
    await ready(ids.slice(0, 20));
    await ready(ids.slice(20));
    const [alert, ...more] = await firings(id);
    assert.equal(more.length, 0);
    assert.deepEqual([alert?.images, alert?.label, alert?.score], [30, 'animal', 0.9]);
    assert.deepEqual([alert?.firstAt.toISOString(), alert?.lastAt.toISOString()], [minute(0), minute(29)]);
    assert.deepEqual(
      (await events(id)).map(({ assets }) => assets),
      [[ids[0]]],
    );
  });

  it('make another alert of another place, and after the gap', async () => {
    const id = await rule();
    await ready(await animals([minute(0), minute(31), minute(62)]));
    await ready(await animals([minute(1)], 'elsewhere'));
    assert.equal((await firings(id)).length, 4);
    // In between, and late: it belongs to one of them.
    await ready(await animals([minute(40)]));
    assert.equal((await firings(id)).length, 4);
  });

  it('count a picture once, however often it is looked at', async () => {
    const id = await rule();
    const ids = await animals([minute(0)]);
    await ready(ids);
    await ready(ids, 'asset.detected');
    assert.deepEqual(
      (await firings(id)).map(({ images }) => images),
      [1],
    );
    assert.equal((await events(id)).length, 1);
  });

  it('look at what comes while they are on, and not at what came before', async () => {
    const before = await animals([minute(0)]);
    await ready(before);
    const id = await rule();
    await db.run(numberFeed);
    while (await lookWithRules(db));
    assert.equal((await firings(id)).length, 0);
    await db.tx((tx) => changeRule(tx, id, { ...RULE, enabled: false }));
    await ready(await animals([minute(1)]));
    await db.tx((tx) => changeRule(tx, id, RULE));
    assert.equal((await firings(id)).length, 0);
    await ready(await animals([minute(2)]));
    assert.equal((await firings(id)).length, 1);
  });

  it('fire once, however many processes look at the same moment', async () => {
    const id = await rule({ gapMinutes: 0 });
    const ids = await animals(Array.from({ length: 12 }, (_, n) => minute(n)));
    for (const asset of ids)
      await db.run((sql) => announce(sql, { kind: 'asset.ready', tenantId, assets: [asset] }));
    await db.run(numberFeed);
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        for (let round = 0; round < 10; round += 1) await lookWithRules(db);
      }),
    );
    assert.equal((await firings(id)).length, 12);
    assert.equal((await events(id)).length, 12);
  });

  it('do not see what is in the trash, belongs to others or lies where somebody suppressed it', async () => {
    const id = await rule();
    const [trashed] = await animals([minute(0)]);
    await db.run(
      (sql) =>
        sql`update assets set state = 'trashed', trashed_at = now(), trashed_by = 'person' where id = ${trashed!}`,
    );
    const other = await db.run((sql) => ensureTenant(sql, `other${Math.random()}`));
    const [foreign] = await putShots(db, other.id, [{ takenAt: minute(0), camera: 'cam' }]);
    await putSeen(db, modelId, [foreign!], [{ asset: foreign!, label: 'animal', score: 0.9 }]);
    await ready([trashed!, foreign!]);
    assert.equal((await firings(id)).length, 0);
  });

  it('can be tried on what is there, and tell nobody', async () => {
    const id = await rule({ enabled: false });
    await animals([minute(0), minute(5), minute(50)]);
    await animals([minute(2)], 'elsewhere');
    const found = (await db.run((sql) => findRule(sql, id)))!;
    const trial = await tryRule(db, found, 7);
    assert.deepEqual(
      [trial.count, trial.images, trial.complete, trial.firings.map(({ images }) => images)],
      [3, 4, true, [2, 1, 1]],
    );
    assert.equal((await firings(id)).length, 0);
    assert.equal((await tryRule(db, { ...found, when: { labels: ['fox'] } }, 7)).count, 0);
  });
});
