import assert from 'node:assert/strict';
import { flyName, flyPreset } from '../../domain/fly.ts';
import { CENTRE, MAX_EAGER, MAX_PRESETS, PRESETS } from '../../domain/presets.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { type Definition, presetsOf, putPreset, retirePreset } from '../../stores/presets.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';

const SMALL: Definition = {
  ...{ fit: 'inside', width: 10, height: 10, format: 'jpeg', quality: 80, background: '#ffffff' },
  chroma: '4:2:0',
  ...{ focus: CENTRE, eager: false },
};

describe('presets in the database', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let db: Database;
  const tenant = async (name: string) => (await db.run((sql) => ensureTenant(sql, name))).id;

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 5, deadlineMs: 10_000, applicationName: 'test' });
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  it('that are built in are those of the code', async () => {
    const id = await tenant('plain');
    const rows = await db.run((sql) => presetsOf(sql, id));
    const plain = rows.map(({ builtIn, createdAt: _, ...preset }) => {
      assert.equal(builtIn, true);
      return preset;
    });
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    assert.deepEqual(plain.sort(byName), PRESETS.map((preset) => ({ ...preset })).sort(byName));
  });

  it('count their versions on, even when they were retired in between', async () => {
    const id = await tenant('versions');
    const put = (mode: 'create' | 'change') => db.tx((tx) => putPreset(tx, id, 'small', SMALL, mode));
    const version = async (mode: 'create' | 'change') => {
      const end = await put(mode);
      return typeof end === 'string' ? end : end.version;
    };
    assert.equal(await version('change'), 'missing');
    assert.equal(await version('create'), 1001);
    assert.equal(await version('create'), 'exists');
    assert.equal(await version('change'), 1002);
    assert.equal(await db.run((sql) => retirePreset(sql, id, 'small')), true);
    assert.equal(await db.run((sql) => retirePreset(sql, id, 'small')), false);
    assert.equal(await version('create'), 1003);
  });

  it('are changed one at a time', async () => {
    const id = await tenant('race');
    await db.tx((tx) => putPreset(tx, id, 'small', SMALL, 'create'));
    const ends = await Promise.all(
      Array.from({ length: 20 }, () => db.tx((tx) => putPreset(tx, id, 'small', SMALL, 'change'))),
    );
    const versions = ends.map((end) => (typeof end === 'string' ? 0 : end.version)).sort((a, b) => a - b);
    assert.deepEqual(
      versions,
      Array.from({ length: 20 }, (_, i) => 1002 + i),
    );
  });

  it('have a limit, and those that are eager a lower one', async () => {
    const id = await tenant('many');
    const put = (name: string, eager: boolean) =>
      db.tx((tx) => putPreset(tx, id, name, { ...SMALL, eager }, 'create'));
    for (let i = 0; i < MAX_EAGER; i += 1) assert.ok(typeof (await put(`e${i}`, true)) === 'object');
    assert.equal(await put('more', true), 'too many eager');
    for (let i = MAX_EAGER; i < MAX_PRESETS; i += 1)
      assert.ok(typeof (await put(`l${i}`, false)) === 'object');
    assert.equal(await put('more', false), 'too many');
  });

  it('on the fly are read back from their names, which fit a key', () => {
    const wide = { width: 2048, height: 2048, fit: 'contain', format: 'jpeg', quality: 100 } as const;
    assert.ok(flyName(wide).length <= 32);
    assert.deepEqual(
      flyPreset(flyName({ width: 320, height: null, fit: 'inside', format: 'webp', quality: 7 })),
      {
        ...{
          name: 'fly-320x0-inside-webp-7',
          version: 1,
          width: 320,
          height: 2048,
          fit: 'inside',
          format: 'webp',
        },
        ...{ quality: 7, eager: false, chroma: '4:2:0', background: '#ffffff', focus: CENTRE },
      },
    );
    assert.equal(flyPreset('thumb'), null);
  });
});
