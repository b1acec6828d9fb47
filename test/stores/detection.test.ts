import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Box } from '../../domain/detection.ts';
import type { FoundBox } from '../../domain/detector.ts';
import { annotate, type Statement } from '../../stores/detection/annotate.ts';
import { humanBoxes, machineBoxes, shownBoxes } from '../../stores/detection/boxes.ts';
import { annotationEvents } from '../../stores/detection/history.ts';
import { addModel, detectorOf, setModel } from '../../stores/detection/models.ts';
import { saveRuns } from '../../stores/detection/runs.ts';
import { targetsAmong } from '../../stores/detection/targets.ts';
import { findImages } from '../../stores/finding/find.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../hosting/stack.ts';
import { putShots } from './library.ts';

const CLASSES = ['animal', 'person'];
const FOX: Box = [0.1, 0.1, 0.2, 0.2];
const STONE: Box = [0.6, 0.6, 0.1, 0.1];

describe('boxes of models and of people', () => {
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  let models: number[];

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 3, deadlineMs: 10_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'default'))).id;
    models = [];
    for (const version of ['1', '2']) {
      const sha256 = randomBytes(32).toString('hex');
      const model = {
        name: 'm',
        version,
        family: 'yolov5',
        sha256,
        bytes: 1,
        manifest: {},
        classes: CLASSES,
      };
      models.push((await db.tx((tx) => addModel(tx, { ...model, threshold: 0.3 })))!);
    }
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const shot = async (): Promise<number> => (await putShots(db, tenantId, [{}]))[0]!;
  const found = (box: Box, score: number, classId = 0): FoundBox => ({ box, score, classId });
  const see = (
    model: 0 | 1,
    assetId: number,
    boxes: FoundBox[],
    failed: { reason: string; detail: string } | null = null,
  ) =>
    db.tx((tx) =>
      saveRuns(tx, { id: models[model]!, name: `m@${model + 1}`, classes: CLASSES }, [
        { assetId, failed, boxes, width: 100, height: 100, tookMs: 1 },
      ]),
    );
  const say = (assetId: number, statement: object): Promise<string> =>
    db.tx((tx) => annotate(tx, assetId, { author: 'Ada', comment: null, ...statement } as Statement));
  async function shown(
    assetId: number,
    atLeast: number | null = null,
  ): Promise<[string, string, number | null][]> {
    const [machine, human] = await db.run((sql) =>
      Promise.all([machineBoxes(sql, [assetId], 'current'), humanBoxes(sql, [assetId])]),
    );
    const [row] = await db.run(
      (sql) => sql<{ nothing: boolean }[]>`select nothing_here as nothing from assets where id = ${assetId}`,
    );
    return shownBoxes(machine, human, row!.nothing, atLeast).map(({ origin, label, score }) => [
      origin,
      label,
      score,
    ]);
  }
  const machineIds = async (assetId: number): Promise<number[]> =>
    (await db.run((sql) => machineBoxes(sql, [assetId], 'current'))).map(({ id }) => id);

  it('replaces what a model saw, and shows that of the model that looked last', async () => {
    const id = await shot();
    await see(0, id, [found(FOX, 0.9), found(STONE, 0.2)]);
    assert.deepEqual(await shown(id), [['machine', 'animal', 0.9]]);
    assert.deepEqual((await shown(id, 0.1)).length, 2);
    await see(0, id, [found(FOX, 0.8)]);
    assert.deepEqual(await shown(id), [['machine', 'animal', 0.8]]);
    await see(1, id, [found(FOX, 0.7, 1)]);
    assert.deepEqual(await shown(id), [['machine', 'person', 0.7]]);
    assert.equal((await db.run((sql) => machineBoxes(sql, [id], 'all'))).length, 2);
  });

  it('a run that failed takes nothing away', async () => {
    const id = await shot();
    await see(0, id, [found(FOX, 0.9)]);
    await see(1, id, [], { reason: 'detector_crashed', detail: 'died' });
    assert.deepEqual(await shown(id), [['machine', 'animal', 0.9]]);
    const other = await shot();
    await see(1, other, [], { reason: 'detector_crashed', detail: 'died' });
    const [row] = await db.run(
      (sql) => sql<{ state: string; reason: string }[]>`
        select detection_state as state, detection_reason as reason from assets where id = ${other}`,
    );
    assert.deepEqual({ ...row }, { state: 'failed', reason: 'detector_crashed' });
    const again = await db.run((sql) => targetsAmong(sql, models[1]!, [other]));
    assert.equal(again.length, 0, 'not again by itself');
  });

  it('what people said stands for the same thing seen by the next model', async () => {
    const id = await shot();
    await see(0, id, [found(FOX, 0.9), found(STONE, 0.6)]);
    const [fox, stone] = await machineIds(id);
    await say(id, { action: 'correct', detectionId: fox!, label: 'red fox', box: null });
    await say(id, { action: 'reject', detectionId: stone! });
    assert.deepEqual(await shown(id), [['human', 'red fox', 0.9]]);
    // A little elsewhere; and something else where the stone is.
    await see(1, id, [
      found([0.12, 0.1, 0.2, 0.2], 0.75),
      found([0.6, 0.61, 0.1, 0.1], 0.5),
      found(STONE, 0.4, 1),
    ]);
    assert.deepEqual(await shown(id), [
      ['human', 'red fox', 0.75],
      ['machine', 'person', 0.4],
    ]);
  });

  it('whoever deletes a box that a model saw is not told of it again; an own one is just gone', async () => {
    const id = await shot();
    await see(0, id, [found(FOX, 0.9)]);
    const [fox] = await machineIds(id);
    await say(id, { action: 'confirm', detectionId: fox! });
    await say(id, { action: 'add', label: 'person', box: STONE });
    const human = await db.run((sql) => humanBoxes(sql, [id]));
    for (const { id: annotationId } of human) await say(id, { action: 'delete', annotationId });
    assert.deepEqual(await shown(id), []);
    await see(1, id, [found(FOX, 0.9), found(STONE, 0.9, 1)]);
    assert.deepEqual(await shown(id), [['machine', 'person', 0.9]]);
    const kinds = (await db.run((sql) => annotationEvents(sql, id))).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['confirmed', 'added', 'rejected', 'deleted']);
  });

  it('answers to what is not there, and to two people at once', async () => {
    const id = await shot();
    await see(0, id, [found(FOX, 0.9)]);
    const [fox] = await machineIds(id);
    assert.equal(await say(999_999, { action: 'nothing_here' }), 'no asset');
    assert.equal(await say(id, { action: 'confirm', detectionId: 999_999 }), 'no detection');
    assert.equal(
      await say(id, { action: 'change', annotationId: 999_999, label: null, box: null }),
      'no annotation',
    );
    const other = await shot();
    assert.equal(
      await say(other, { action: 'confirm', detectionId: fox! }),
      'no detection',
      'of another picture',
    );
    await Promise.all(Array.from({ length: 8 }, () => say(id, { action: 'confirm', detectionId: fox! })));
    assert.equal((await db.run((sql) => humanBoxes(sql, [id]))).length, 1);
  });

  it('filters say the same as what is shown', async () => {
    const tenant = (await db.run((sql) => ensureTenant(sql, 'filters'))).id;
    const ids = await putShots(db, tenant, [{}, {}, {}, {}]);
    await see(0, ids[0]!, [found(FOX, 0.9)]);
    await see(0, ids[1]!, [found(FOX, 0.2)]);
    await see(0, ids[2]!, [found(FOX, 0.9)]);
    await say(ids[2]!, { action: 'nothing_here' });
    await say(ids[3]!, { action: 'add', label: 'animal', box: FOX });
    const find = async (more: object): Promise<number[]> => {
      const filter = { tenantId: tenant, status: 'ready' as const, ...more };
      const query = {
        filter,
        order: { key: 'created' as const, descending: false },
        limit: 20,
        from: { offset: 0 },
      };
      return (await db.tx((tx) => findImages(tx, query))).assets.map(({ id }) => id);
    };
    assert.deepEqual(await find({ label: 'animal' }), [ids[0], ids[3]]);
    assert.deepEqual(await find({ label: 'animal', minConfidence: 0.1 }), [ids[0], ids[1], ids[3]]);
    assert.deepEqual(await find({ hasDetections: false }), [ids[1], ids[2]]);
    assert.deepEqual(await find({ hasDetections: true, minConfidence: 0.95 }), [ids[3]]);
  });

  it('a detector of a tenant goes before that of all', async () => {
    const tenant = (await db.run((sql) => ensureTenant(sql, 'own'))).id;
    const of = async () => (await db.run((sql) => detectorOf(sql, tenant)))?.version ?? null;
    assert.equal(await of(), null);
    await db.tx((tx) => setModel(tx, 'detector', null, models[0]!));
    assert.equal(await of(), '1');
    await db.tx((tx) => setModel(tx, 'detector', tenant, models[1]!));
    assert.equal(await of(), '2');
    await db.tx((tx) => setModel(tx, 'detector', tenant, null));
    assert.equal(await of(), '1');
  });
});
