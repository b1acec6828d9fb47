import type { SourceItem } from '../sources/source.ts';
import { createImport, readImport } from '../stores/imports.ts';
import { addListedPage } from '../stores/listedPage.ts';
import type { Database } from '../stores/postgres/database.ts';
import { ensureTenant } from '../stores/tenants.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { interleaved } from './measure/rounds.ts';
import { median } from './measure/statistics.ts';

const ITEMS = 20_000;
const PAGE = 1_000;
/** So many of them one by one: their time a row does not change with their number. */
const SINGLE = 2_000;
const ROUNDS = 5;

const item = (n: number): SourceItem => ({
  externalId: `DCIM/100MEDIA/IMG_${n}.JPG`,
  name: `IMG_${n}.JPG`,
  locator: `/volume/DCIM/100MEDIA/IMG_${n}.JPG`,
  size: 3_000_000 + n,
  sizeExact: true,
  modifiedAt: new Date(1_700_000_000_000 + n * 1_000),
  version: `"${n.toString(16)}-2dc6c0"`,
});

async function newImport(db: Database, tenantId: string, name: string): Promise<string> {
  return db.tx((tx) =>
    createImport(tx, { tenantId, kind: 'folder', address: `/bench/${name}`, settings: {} }),
  );
}

/** Microseconds a row. */
async function perRow(rows: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return ((performance.now() - start) * 1_000) / rows;
}

async function run(lab: Lab): Promise<Line[]> {
  const db = await lab.db();
  const { id: tenantId } = await db.run((sql) => ensureTenant(sql, 'bench-p1'));
  const items = Array.from({ length: ITEMS }, (_, n) => item(n));
  const variants = {
    pages: async (round: number) => {
      const id = await newImport(db, tenantId, `pages-${round}`);
      return perRow(ITEMS, async () => {
        for (let from = 0; from < ITEMS; from += PAGE) {
          const record = await db.run((sql) => readImport(sql, id));
          if (record === null) throw new Error('The import is gone.');
          const page = { items: items.slice(from, from + PAGE), next: from + PAGE < ITEMS ? from : null };
          await db.tx((tx) => addListedPage(tx, record, page));
        }
      });
    },
    single: async (round: number) => {
      const id = await newImport(db, tenantId, `single-${round}`);
      return perRow(SINGLE, async () => {
        for (const each of items.slice(0, SINGLE)) {
          await db.run(
            (sql) => sql`
              insert into import_items (tenant_id, import_id, item_key, external_id, name, locator, size, size_exact,
                modified_at, version, slot)
              values (${tenantId}, ${id}, sha256(${`${each.externalId}\u0001${each.version}`}::text::bytea), ${each.externalId},
                ${each.name}, ${sql.json(each.locator)}, ${each.size}, true, ${each.modifiedAt}, ${each.version}, 0)`,
          );
        }
      });
    },
  };
  await interleaved(1, { pages: () => variants.pages(-1), single: () => variants.single(-1) });
  const taken = await interleaved(ROUNDS, variants);
  const [pages, single] = [median(taken.pages), median(taken.single)];
  return [
    {
      id: 'P1',
      what: 'listed pages | awaited inserts',
      ours: `${pages.toFixed(0)} µs a row`,
      peer: `${single.toFixed(0)} µs a row`,
      value: single / pages,
      gate: { kind: 'at-least', limit: 10, unit: '×' },
      note: `${ITEMS} items in pages of ${PAGE}, compared with the ledger and the library; the peer only inserts`,
    },
  ];
}

export const listing: Benchmark = { id: 'P1', title: 'Listed items into rows', run };
