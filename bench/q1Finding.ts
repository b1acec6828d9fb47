import { facetOf } from '../stores/finding/facets.ts';
import type { ImageFilter } from '../stores/finding/filter.ts';
import { asking, countImages, findImages } from '../stores/finding/find.ts';
import type { Order } from '../stores/finding/order.ts';
import { createDatabase, type Database } from '../stores/postgres/database.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { median, percentile } from './measure/statistics.ts';
import { bigLibrary } from './q1/library.ts';

const IMAGES = Number(process.env['BENCH_Q1_IMAGES'] ?? 1_000_000);
const ROUNDS = 20;
const LIMIT = 50;
const GATE_MS = 200;

const NEWEST: Order = { key: 'created', descending: true };
const LATEST: Order = { key: 'taken', descending: true };
const BY_TIME: readonly Order[] = [
  NEWEST,
  { key: 'created', descending: false },
  LATEST,
  { key: 'taken', descending: false },
];
const BY_NAME: readonly Order[] = [{ key: 'name', descending: false }];
const ORDERS: readonly Order[] = [...BY_TIME, ...BY_NAME, { key: 'size', descending: true }];

interface Query {
  what: string;
  more: Partial<ImageFilter>;
  /** `false`: told and not judged. */
  judged?: boolean;
  orders?: readonly Order[];
}

/** What a page offers to choose from, alone and in the pairs that people make; each is asked in every order. */
const filters = (places: readonly string[]): Query[] => [
  { what: 'no filter', more: {} },
  { what: 'source', more: { source: 'folder' } },
  { what: 'camera', more: { camera: 'camera 17' } },
  { what: 'camera that stopped long ago', more: { camera: 'camera 20' } },
  { what: 'make and model', more: { cameraMake: 'Browning', cameraModel: 'M5' } },
  { what: 'location', more: { locationId: places[7] ?? '' } },
  {
    what: 'location, one month',
    more: { locationId: places[7] ?? '', ...between('2023-03-01', '2023-04-01') },
  },
  { what: 'one day', more: between('2022-06-01', '2022-06-02') },
  { what: 'one year', more: between('2022-01-01', '2023-01-01') },
  { what: 'format', more: { format: 'png' } },
  { what: 'with a position', more: { hasGps: true } },
  { what: 'small box', more: { bbox: { west: 10, south: 48, east: 10.2, north: 48.2 } } },
  { what: 'large box', more: { bbox: { west: 0, south: 40, east: 20, north: 60 } } },
  { what: 'rare word', more: { words: ['fox'] } },
  { what: 'frequent word', more: { words: ['rcnx'] }, orders: BY_TIME },
  // A third of all, and all of them behind the others: nothing but reading past those finds them.
  { what: 'frequent word, by name', more: { words: ['rcnx'] }, orders: BY_NAME, judged: false },
  { what: 'word that is not there', more: { words: ['zebra'] } },
  { what: 'large files', more: { minBytes: 1_800_000 } },
  { what: 'wider than any', more: { minWidth: 9_000 } },
  { what: 'frequent label', more: { label: 'animal' } },
  { what: 'label of one in twenty', more: { label: 'person' } },
  { what: 'rare label', more: { label: 'vehicle' } },
  { what: 'label of the oldest images only', more: { label: 'red fox' } },
  { what: 'label of hardly any', more: { label: 'lynx' } },
  { what: 'label that is not there', more: { label: 'zebra' } },
  { what: 'frequent label, one camera', more: { label: 'animal', camera: 'camera 17' } },
  { what: 'rare label, one year', more: { label: 'vehicle', ...between('2022-01-01', '2023-01-01') } },
  { what: 'trash', more: { status: 'trashed' } },
  { what: 'everything', more: { status: 'all' } },
];

function between(from: string, to: string): Partial<ImageFilter> {
  return { takenFrom: new Date(from), takenTo: new Date(to) };
}

/** What people open a page with, and wait for the number of. */
const COUNTED: ReadonlySet<string> = new Set(['no filter', 'source', 'frequent label', 'rare label']);

async function times(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  await work();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return taken;
}

async function measure(
  db: Database,
  tenantId: string,
  places: readonly string[],
  tell: Lab['tell'],
): Promise<Line[]> {
  const lines: Line[] = [];
  const report = (what: string, taken: readonly number[], gated: boolean, note: string): void => {
    const p95 = percentile(taken, 0.95);
    tell(`Q1 ${what}: p50 ${median(taken).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
    lines.push({
      id: 'Q1',
      what,
      ours: `p50 ${median(taken).toFixed(1)} ms`,
      peer: '',
      value: p95,
      gate: gated ? { kind: 'at-most', limit: GATE_MS, unit: 'ms' } : null,
      note,
    });
  };
  const only = process.env['BENCH_Q1_ONLY'];
  for (const { what, more, judged = true, orders = ORDERS } of filters(places)) {
    if (only !== undefined && !what.includes(only)) continue;
    const filter: ImageFilter = { tenantId, status: 'ready', ...more };
    let worst: { taken: number[]; order: Order } | null = null;
    for (const order of orders) {
      const taken = await times(ROUNDS, () =>
        asking(db, (tx) => findImages(tx, { filter, order, limit: LIMIT, from: { after: null } })),
      );
      if (worst === null || percentile(taken, 0.95) > percentile(worst.taken, 0.95)) worst = { taken, order };
    }
    if (worst === null) continue;
    report(
      `page: ${what}`,
      worst.taken,
      judged,
      `the slowest of ${orders.length} orders, ${worst.order.key}`,
    );
    const counted = await times(5, () => asking(db, (tx) => countImages(tx, filter)));
    report(`count: ${what}`, counted, COUNTED.has(what), 'exact');
  }
  const all: ImageFilter = { tenantId, status: 'ready' };
  for (const page of [10, 1_000, 10_000]) {
    const from = { offset: page * LIMIT };
    const taken = await times(ROUNDS, () =>
      asking(db, (tx) => findImages(tx, { filter: all, order: NEWEST, limit: LIMIT, from })),
    );
    report(`page number ${page}`, taken, true, 'by offset, without the count');
  }
  for (const facet of ['camera', 'location', 'source', 'format', 'status', 'taken_month'] as const) {
    const taken = await times(3, () => asking(db, (tx) => facetOf(tx, all, facet)));
    report(`facet: ${facet}`, taken, false, 'of all images');
  }
  return lines;
}

async function run(lab: Lab): Promise<Line[]> {
  const { url } = await lab.postgres();
  const library = await bigLibrary(url, IMAGES, lab.tell);
  lab.tell(`the library took ${library.seconds.toFixed(0)} s`);
  const db = createDatabase({ url: library.url, pool: 2, deadlineMs: 30_000, applicationName: 'bench' });
  try {
    return await measure(db, library.tenantId, library.locations, lab.tell);
  } finally {
    await db.close();
  }
}

export const finding: Benchmark = { id: 'Q1', title: 'Finding among a million images', run };
