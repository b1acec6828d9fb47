import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import type { Detector, Model } from '../../detection/detector.ts';
import { FAMILY_NAMES, type FamilyName, type Manifest } from '../../detection/manifest.ts';
import { createDetector } from '../../detection/pool.ts';
import type { FoundBox } from '../../domain/detector.ts';
import { decodeUpright } from '../../imaging/steps/decode.ts';
import { readHeader } from '../../imaging/steps/header.ts';
import { putModel, randomModel } from '../hosting/models.ts';
import { askOracle, oraclePython } from './oracle.ts';

const NEVER = new AbortController().signal;
/** Shares of a picture, and scores. */
const CLOSE = 1e-3;

/** Clouds of colour: something else everywhere, and smooth as photographs are. */
async function clouds(width: number, height: number, seed: number): Promise<Buffer> {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  const [w, h] = [Math.max(2, Math.round(width / 24)), Math.max(2, Math.round(height / 24))];
  const data = Buffer.from(Array.from({ length: w * h * 3 }, next));
  return sharp(data, { raw: { width: w, height: h, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
}

const PICTURES = {
  landscape: [1_200, 900],
  portrait: [667, 1_000],
  square: [128, 128],
  tiny: [31, 17],
  panorama: [1_000, 90],
} as const;

const VARIANTS: readonly { family: FamilyName; more?: Partial<Record<keyof Manifest, unknown>> }[] = [
  ...FAMILY_NAMES.map((family) => ({ family })),
  {
    family: 'yolov5',
    more: { nms_iou: 0.2, normalisation: { mean: [0.4, 0.5, 0.3], std: [0.6, 0.7, 0.5] } },
  },
  { family: 'yolov9', more: { input: { width: 160, height: 96 } } },
  { family: 'rtdetr', more: { kernel: 'area' } },
  { family: 'classifier', more: { resize: 'crop', kernel: 'bicubic', output: 'probabilities' } },
];

describe('boxes are those of an independent oracle', function () {
  this.timeout(240_000);
  let python: string;
  let dir: string;
  let detector: Detector;
  const files = new Map<string, string>();

  before(async function () {
    const found = await oraclePython();
    if (found === null) this.skip();
    python = found;
    dir = await mkdtemp(path.join(tmpdir(), 'parity-'));
    detector = createDetector({ sessions: 1, memoryMib: 1_536, timeoutMs: 60_000 });
    for (const [index, [name, [width, height]]] of Object.entries(PICTURES).entries()) {
      const file = path.join(dir, `${name}.png`);
      await writeFile(file, await clouds(width, height, index + 1));
      files.set(name, file);
    }
  });
  after(async () => {
    await detector?.close();
    if (dir !== undefined) await rm(dir, { recursive: true });
  });

  function compare(ours: readonly FoundBox[], theirs: readonly FoundBox[], what: string): void {
    assert.equal(ours.length, theirs.length, `${what}: as many boxes`);
    assert.ok(ours.length > 0, `${what}: a comparison of nothing proves nothing`);
    // Boxes whose scores round to the same may change places.
    const left = [...theirs];
    for (const one of ours) {
      const at = left.findIndex(
        (other) =>
          other.classId === one.classId &&
          Math.abs(other.score - one.score) < CLOSE &&
          (other.box === null || other.box.every((side, i) => Math.abs(side - (one.box[i] ?? 9)) < CLOSE)),
      );
      const nearest = left
        .toSorted((a, b) => Math.abs(a.score - one.score) - Math.abs(b.score - one.score))
        .slice(0, 3);
      assert.notEqual(
        at,
        -1,
        `${what}: nobody else has ${JSON.stringify(one)}; nearest ${JSON.stringify(nearest)}`,
      );
      left.splice(at, 1);
    }
  }

  for (const [index, { family, more = {} }] of VARIANTS.entries()) {
    it(`${family} ${JSON.stringify(more)}`, async () => {
      const { width, height } = (more.input as { width: number; height: number }) ?? {
        width: 128,
        height: 128,
      };
      const model: Model = await putModel(
        path.join(dir, String(index)),
        family,
        randomModel(family, 77 + index, width, height),
        more,
      );
      const jobs = [...files.values()].map((picture) => ({ model, picture }));
      const theirs = await askOracle(python, jobs);
      for (const [i, { picture }] of jobs.entries()) {
        const run = await detector.detect(model, picture, NEVER);
        assert.ok(run.ok);
        compare(run.boxes, theirs[i]!, path.basename(picture));
      }
    });
  }

  it('of pictures that their EXIF turns, in the turned picture', async () => {
    const model = await putModel(path.join(dir, 'turned'), 'yolov5', randomModel('yolov5', 5));
    const upright = await sharp(await clouds(640, 400, 9)).toBuffer();
    for (const orientation of [3, 6, 8]) {
      const original = path.join(dir, `turned-${orientation}.jpg`);
      const bytes = await sharp(upright)
        .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
        .withMetadata({ orientation })
        .toBuffer();
      await writeFile(original, bytes);
      const header = await readHeader(bytes);
      const { data, width, height } = await decodeUpright(bytes, header, header);
      const zoom = path.join(dir, `turned-${orientation}.png`);
      await sharp(data, { raw: { width, height, channels: 3 } }).toFile(zoom);
      const [theirs] = await askOracle(python, [{ model, picture: original }]);
      const run = await detector.detect(model, zoom, NEVER);
      assert.ok(run.ok);
      compare(run.boxes, theirs!, `orientation ${orientation}`);
      assert.equal(width > height, orientation === 3);
    }
  });
});
