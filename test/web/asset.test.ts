import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Annotations, Asset } from '../../web/src/api/types.ts';
import { type Box, between, boxesOf, moved, resized } from '../../web/src/asset/boxes.ts';
import { sharpestUrl } from '../../web/src/asset/sharpest.ts';
import { FITTED, within, zoomed } from '../../web/src/asset/zoom.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const step = fc.double({ min: -2, max: 2, noNaN: true });
const inside = ([x, y, width, height]: Box): void => {
  assert.ok(x >= 0 && y >= 0 && width > 0 && height > 0);
  assert.ok(x + width <= 1.0001 && y + height <= 1.0001, `${x} ${width} ${y} ${height}`);
};

describe('boxes of an image', () => {
  it('stay inside of the picture, however they are moved and drawn', () => {
    fc.assert(
      fc.property(share, share, share, share, step, step, (ax, ay, bx, by, dx, dy) => {
        const box = between({ x: ax, y: ay }, { x: bx, y: by });
        if (box === null) return;
        inside(box);
        inside(moved(box, dx, dy));
        inside(resized(box, dx, dy));
        const reach = between({ x: ax + dx, y: ay + dy }, { x: bx, y: by });
        if (reach !== null) inside(reach);
      }),
    );
    assert.equal(between({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }), null);
  });

  it('are those of people, and of the model what nobody judged and is sure enough', () => {
    const machine = (id: number, confidence: number, more: object = {}) => ({
      ...{ detection_id: id, model: 'm@1', class_id: 0, label: 'animal', confidence },
      ...{ bbox: [0, 0, 0.5, 0.5], threshold: 0.3, annotation_id: null, suppressed: false },
      ...{ prediction: null, classifications: [], ...more },
    });
    const human = (id: number, state: string) => ({
      ...{ annotation_id: id, state, label: 'fox', bbox: [0, 0, 1, 1], confidence: null },
      ...{ author: 'Ada', updated_at: '2026-01-01T00:00:00Z' },
    });
    const annotations = {
      ...{ asset_id: 1, nothing_here: false, shown: [], history: [] },
      human: [human(1, 'added'), human(2, 'rejected'), human(3, 'deleted'), human(4, 'confirmed')],
      machine: [
        machine(11, 0.9),
        machine(12, 0.2),
        machine(13, 0.9, { annotation_id: 4 }),
        machine(14, 0.9, { suppressed: true }),
      ],
    } as unknown as Annotations;
    const keys = (atLeast: number | null, nothing = false): string[] =>
      boxesOf({ ...annotations, nothing_here: nothing }, atLeast).map(({ key }) => key);
    assert.deepEqual(keys(null), ['human 1', 'human 4', 'machine 11']);
    assert.deepEqual(keys(0.1), ['human 1', 'human 4', 'machine 11', 'machine 12']);
    assert.deepEqual(keys(0.95), ['human 1', 'human 4']);
    assert.deepEqual(keys(null, true), ['human 1', 'human 4']);
    assert.equal(boxesOf(annotations, null)[1]?.detectionId, 13);
  });
});

describe('zooming', () => {
  it('keeps what is under the pointer, and shows nothing beside the picture', () => {
    const point = { x: 120, y: -40 };
    const near = zoomed(FITTED, 4, point);
    assert.deepEqual(near, { scale: 4, x: -360, y: 120 });
    assert.deepEqual(zoomed(near, 0.01, point).scale, 1);
    const [fitted, room] = [
      { width: 400, height: 300 },
      { width: 500, height: 300 },
    ];
    assert.deepEqual(within({ scale: 1, x: 90, y: 5 }, fitted, room), { scale: 1, x: 0, y: 0 });
    assert.deepEqual(within({ scale: 4, x: 9_000, y: -9_000 }, fitted, room), { scale: 4, x: 550, y: -450 });
  });

  it('asks for the original only where that shows more', () => {
    const asset = {
      ...{ width: 4_000, format: 'jpeg', storage_url: '/original' },
      renditions: [{ preset: 'zoom', width: 1_200 }],
    } as Asset;
    assert.equal(sharpestUrl(asset, 1_200, '/larger'), null);
    assert.equal(sharpestUrl(asset, 2_400, '/larger'), '/original');
    assert.equal(sharpestUrl({ ...asset, format: 'heic' }, 2_400, '/larger'), '/larger');
    assert.equal(sharpestUrl({ ...asset, width: 1_200 }, 9_000, '/larger'), null);
  });
});
