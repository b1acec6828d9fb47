import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { annotate, type Statement } from '../../stores/detection/annotate.ts';
import { machineBoxes } from '../../stores/detection/boxes.ts';
import { addModel } from '../../stores/detection/models.ts';
import { saveNames } from '../../stores/detection/names.ts';
import { saveRuns } from '../../stores/detection/runs.ts';
import { setThresholds } from '../../stores/detection/thresholds.ts';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { countImages, findImages } from '../../stores/finding/find.ts';
import type { Place, SortKey } from '../../stores/finding/order.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { suppress, undoSuppression } from '../../stores/repeats/suppressions.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { restoreAssets, trashAssets } from '../../stores/trash.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { FOX } from '../interchange/records.ts';
import { putShots } from './library.ts';

const CLASSES = ['animal', 'person', 'vehicle'];
const COUNT = 60;

describe('labels that lists are read by', () => {
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  let model: number;
  let classifier: number;
  let ids: number[];

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 20_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'default'))).id;
    const add = (name: string, family: string, classes: string[]) =>
      db.tx((tx) =>
        addModel(tx, {
          ...{ name, version: '1', family, sha256: randomBytes(32).toString('hex'), bytes: 1, manifest: {} },
          ...{ classes, threshold: 0.3 },
        }),
      );
    model = (await add('finder', 'yolov5', CLASSES))!;
    classifier = (await add('namer', 'classifier', [FOX]))!;
    ids = await putShots(
      db,
      tenantId,
      Array.from({ length: COUNT }, (_, i) => ({
        ...{ camera: `cam-${i % 3}`, name: `IMG_${(i * 37) % COUNT}.JPG`, bytes: 1_000 + ((i * 7) % COUNT) },
        takenAt: i % 5 === 0 ? null : `2026-05-${String(1 + (i % 28)).padStart(2, '0')}T12:00:00Z`,
      })),
    );
    await db.tx((tx) =>
      saveRuns(
        tx,
        { id: model, name: 'finder@1', classes: CLASSES },
        ids.map((assetId, i) => ({
          ...{ assetId, failed: null, width: 640, height: 480, tookMs: 1 },
          boxes: [
            { classId: i % 3, score: (i % 10) / 10, box: [0.1, 0.1, 0.2, 0.2] as const },
            { classId: 0, score: 0.6, box: [0.5 + (i % 4) / 10, 0.5, 0.1, 0.1] as const },
          ].slice(0, 1 + (i % 2)),
        })),
      ),
    );
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  /** Rows that the view says and the table does not have, and the other way round. */
  async function differences(): Promise<unknown[]> {
    const rows = await db.run(
      (sql) => sql`
        with view as (
          select distinct a.id, l.label from assets a join shown_boxes b on b.asset_id = a.id
          cross join lateral (values (b.label), (label_name(b.species))) l(label)
          where a.state = 'ready' and l.label is not null
        ), kept as (
          select l.asset_id, l.label from asset_labels l join assets a on a.id = l.asset_id
            and a.tenant_id = l.tenant_id and a.created_at = l.created_at and a.taken_order = l.taken_order
        )
        (select 'missing' as what, * from view except select 'missing', * from kept)
        union all (select 'extra', * from kept except select 'extra', * from view)`,
    );
    return [...rows];
  }
  const find = async (
    more: Partial<ImageFilter>,
    key: SortKey = 'created',
    descending = false,
  ): Promise<number[]> => {
    const filter: ImageFilter = { tenantId, status: 'ready', ...more };
    const found: number[] = [];
    let after: Place | null = null;
    do {
      const from: { after: Place | null } = { after };
      const page = await db.tx((tx) =>
        findImages(tx, { filter, order: { key, descending }, limit: 7, from }),
      );
      found.push(...page.assets.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    return found;
  };
  const say = (assetId: number, statement: object): Promise<string> =>
    db.tx((tx) => annotate(tx, assetId, { author: 'Ada', comment: null, ...statement } as Statement));

  it('are those that are shown', async () => {
    assert.deepEqual(await differences(), []);
    const [row] = await db.run((sql) => sql<{ count: number }[]>`select count(*) from asset_labels`);
    assert.ok(row!.count > COUNT / 2);
  });

  it('give the pages that the images themselves give, in every order', async () => {
    for (const key of ['created', 'taken', 'name', 'size'] as const) {
      for (const descending of [false, true]) {
        const all = await find({}, key, descending);
        assert.equal(new Set(all).size, COUNT);
        for (const label of ['animal', 'person', 'vehicle', 'zebra']) {
          const rows = await db.run(
            (sql) =>
              sql<{ id: number }[]>`select distinct asset_id as id from shown_boxes where label = ${label}`,
          );
          const shown = new Set(rows.map(({ id }) => id));
          const expected = all.filter((id) => shown.has(id));
          assert.deepEqual(await find({ label }, key, descending), expected, `${label} by ${key}`);
          const filter: ImageFilter = { tenantId, status: 'ready', label };
          assert.equal(await db.tx((tx) => countImages(tx, filter)), expected.length);
          const camera = { label, camera: 'cam-1' };
          const some = await find(camera, key, descending);
          assert.equal(await db.tx((tx) => countImages(tx, { ...filter, ...camera })), some.length);
        }
      }
    }
  });

  it('follow thresholds, people, classifiers, spots, the trash and clocks', async () => {
    const steps: [string, () => Promise<unknown>][] = [
      ['lower', () => db.tx((tx) => setThresholds(tx, tenantId, model, { animal: 0.1, person: 0.2 }))],
      ['higher', () => db.tx((tx) => setThresholds(tx, tenantId, model, { animal: 0.9, vehicle: 0.6 }))],
      ['back', () => db.tx((tx) => setThresholds(tx, tenantId, model, { animal: null, vehicle: null }))],
      ['added', () => say(ids[0]!, { action: 'add', label: 'red deer', box: [0.1, 0.1, 0.2, 0.2] })],
      ['nothing', () => say(ids[7]!, { action: 'nothing_here' })],
      ['something', () => say(ids[7]!, { action: 'something_here' })],
      [
        'named',
        async () => {
          const boxes = await db.run((sql) => machineBoxes(sql, ids.slice(0, 20), 'current'));
          await db.tx((tx) =>
            saveNames(
              tx,
              { id: classifier, name: 'namer@1', shadow: false },
              ids.slice(0, 20).map((assetId) => ({
                ...{
                  assetId,
                  detectorId: model,
                  place: { country: null, admin1: null },
                  failed: null,
                  tookMs: 1,
                  whole: null,
                },
                boxes: boxes
                  .filter((box) => box.assetId === assetId)
                  .map(({ id }) => ({
                    ...{ id, answers: [{ label: FOX, score: 0.9 }] },
                    prediction: { label: FOX, score: 0.9, source: 'classifier' as const },
                  })),
              })),
            ),
          );
          assert.ok((await find({ label: 'red fox' })).length > 5);
        },
      ],
      ['trashed', () => db.tx((tx) => trashAssets(tx, tenantId, ids.slice(0, 9), { by: 'person' }))],
      ['restored', () => db.tx((tx) => restoreAssets(tx, tenantId, ids.slice(0, 5)))],
      [
        'clocks',
        () =>
          db.run(
            (sql) =>
              sql`update assets set captured_at = '2025-01-01' where id = any(${ids.slice(20, 30)}::bigint[])`,
          ),
      ],
      [
        'moved to another camera',
        () => db.run((sql) => sql`update assets set camera_key = 'cam-9' where id = ${ids[30]!}`),
      ],
    ];
    for (const [what, step] of steps) {
      await step();
      assert.deepEqual(await differences(), [], what);
    }
  });

  it('of a suppressed spot are gone from lists, counts and boxes, and come back', async () => {
    const before = await find({ label: 'animal', camera: 'cam-1' });
    const spot = {
      tenantId,
      camera: 'cam-1',
      label: 'animal',
      box: [0.6, 0.5, 0.1, 0.1] as const,
      overlap: 0.9,
    };
    const made = await db.tx((tx) => suppress(tx, spot));
    assert.ok(made !== null && made.images > 0);
    assert.deepEqual(await differences(), []);
    const during = await find({ label: 'animal', camera: 'cam-1' });
    assert.ok(during.length < before.length, `${during.length} of ${before.length}`);
    const hidden = before.filter((id) => !during.includes(id));
    assert.equal(
      (await find({ label: 'animal', camera: 'cam-1', minConfidence: 0.5 })).includes(hidden[0]!),
      false,
    );
    const boxes = await db.run((sql) => machineBoxes(sql, hidden, 'current'));
    assert.ok(boxes.some(({ suppressed }) => suppressed));
    await db.tx((tx) => undoSuppression(tx, made.id));
    assert.deepEqual(await differences(), []);
    assert.deepEqual(await find({ label: 'animal', camera: 'cam-1' }), before);
  });

  it('are right whoever changes what at the same time', async () => {
    const some = ids.slice(30, 50);
    await Promise.all([
      ...some.map((id) => say(id, { action: 'add', label: 'hare', box: [0.2, 0.2, 0.1, 0.1] })),
      ...[0.1, 0.5, 0.2].map((animal) => db.tx((tx) => setThresholds(tx, tenantId, model, { animal }))),
      ...some.map((assetId) =>
        db.tx((tx) =>
          saveRuns(tx, { id: model, name: 'finder@1', classes: CLASSES }, [
            {
              ...{ assetId, failed: null, width: 640, height: 480, tookMs: 1 },
              boxes: [{ classId: 1, score: 0.8, box: [0.3, 0.3, 0.2, 0.2] }],
            },
          ]),
        ),
      ),
    ]);
    assert.deepEqual(await differences(), []);
    assert.equal((await find({ label: 'hare' })).length, some.length);
  });
});
