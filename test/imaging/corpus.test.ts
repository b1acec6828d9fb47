import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isFailureType } from '../../domain/failures.ts';
import { DECODE_MEMORY_MIB, DECODE_TIMEOUT_MS } from '../../domain/limits.ts';
import type { RenderResult } from '../../imaging/decoder.ts';
import { type Bench, createBench, NEVER, peakRssMib, skipWithoutProc } from './pool.ts';
import { NO_HINTS } from './render.ts';

const SHARED = path.resolve(import.meta.dirname, '../../../shared');
const CORPUS = path.join(SHARED, 'corpus');
const PHOTOS = path.join(SHARED, 'photos');

/** Where this decoder rightly differs from the manifest: name → why. */
const DIFFERS: Readonly<Record<string, string>> = {};

interface Row {
  name: string;
  width: string;
  height: string;
  pages: string;
  expected?: string;
  origin: string;
}

function readManifest(file: string): Row[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  const names = head.split('\t');
  return lines.map(
    (line) => Object.fromEntries(line.split('\t').map((value, i) => [names[i], value])) as unknown as Row,
  );
}

/** Manifests give sizes as stored; facts give them as seen. */
function storedSize({
  width,
  height,
  orientation,
}: {
  width: number;
  height: number;
  orientation: number;
}): string[] {
  return (orientation >= 5 ? [height, width] : [width, height]).map(String);
}

async function renderAll(
  bench: Bench,
  dir: string,
  rows: Row[],
): Promise<{ results: Map<string, RenderResult>; peak: number }> {
  let peak = 0;
  const watch = setInterval(() => {
    for (const pid of bench.children()) {
      try {
        peak = Math.max(peak, peakRssMib(pid));
      } catch {
        // It ended between the listing and the look.
      }
    }
  }, 100);
  const results = new Map<string, RenderResult>();
  try {
    await Promise.all(
      rows.map(async ({ name, origin }, i) => {
        const outputDir = path.join(bench.dir, String(i));
        await mkdir(outputDir);
        const job = {
          ...NO_HINTS,
          inputPath: path.join(dir, name),
          outputDir,
          fileName: path.basename(origin),
        };
        results.set(name, await bench.decoder.render(job, NEVER));
        await rm(outputDir, { recursive: true });
      }),
    );
  } finally {
    clearInterval(watch);
  }
  return { results, peak };
}

describe('real files', function () {
  this.timeout(600_000);
  let bench: Bench;
  before(function () {
    skipWithoutProc(this);
  });
  beforeEach(async () => {
    bench = await createBench({ children: 2, memoryMib: DECODE_MEMORY_MIB, timeoutMs: DECODE_TIMEOUT_MS });
  });
  afterEach(() => bench?.close());

  it('of the test suites of image libraries are accepted or refused as they should be', async function () {
    if (!existsSync(CORPUS)) this.skip();
    const rows = readManifest(path.join(CORPUS, 'manifest.tsv'));
    assert.equal(rows.length, 950);
    const { results, peak } = await renderAll(bench, path.join(CORPUS, 'files'), rows);
    const wrong: string[] = [];
    for (const { name, width, height, pages, expected, origin } of rows) {
      const result = results.get(name)!;
      const verdict = result.ok ? 'accept' : 'reject';
      const words = result.ok ? '' : `${result.reason}: ${result.detail}`;
      if ((verdict === expected) === Object.hasOwn(DIFFERS, name))
        wrong.push(`${name} ${origin}: ${verdict} ${words}`);
      if (result.ok) {
        const { facts, renditions } = result;
        if (String(storedSize(facts)) !== `${width},${height}`)
          wrong.push(`${name}: ${facts.width} × ${facts.height}`);
        if (String(facts.pages) !== (pages || '1')) wrong.push(`${name}: ${facts.pages} pages`);
        if (renditions.length !== 3) wrong.push(`${name}: ${renditions.length} renditions`);
      } else if (
        !isFailureType(result.reason) ||
        /crash|timeout|memory/.test(result.reason) ||
        result.detail.length > 200
      ) {
        wrong.push(`${name}: ${words}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(bench.log, [], 'no child died');
    assert.ok(peak > 0 && peak < DECODE_MEMORY_MIB, `peak of a child: ${peak} MiB`);
  });

  it('from cameras all become assets', async function () {
    if (!existsSync(PHOTOS)) this.skip();
    const rows = readManifest(path.join(PHOTOS, 'manifest.tsv'));
    assert.equal(rows.length, 25);
    const { results } = await renderAll(bench, PHOTOS, rows);
    for (const { name, width, height } of rows) {
      const result = results.get(name)!;
      assert.ok(result.ok, `${name}: ${JSON.stringify(result)}`);
      assert.deepEqual(storedSize(result.facts), [width, height], name);
      assert.equal(Math.max(...result.renditions.map((rendition) => rendition.width)) <= 1200, true);
    }
    const dated = [...results.values()].filter((result) => result.ok && result.facts.capturedAt !== null);
    assert.ok(dated.length >= 15, `${dated.length} tell when they were taken`);
  });
});
