import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { asking, type Found, findImages } from '../../stores/finding/find.ts';
import type { Order, Place } from '../../stores/finding/order.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { csvLine, EXPORT_COLUMNS, exportRow } from './columns.ts';

/** Rows read at a time: a megabyte or so, whatever the number of images. */
const BATCH = 500;

export interface ExportOrder {
  filter: ImageFilter;
  order: Order;
  format: 'csv' | 'ndjson';
  /** What links begin with. */
  base: string;
}

async function* lines(db: Database, { filter, order, format, base }: ExportOrder): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(EXPORT_COLUMNS);
  let after: Place | null = null;
  do {
    const place: Place | null = after;
    const { assets, next }: Found = await asking(db, (tx) =>
      findImages(tx, { filter, order, limit: BATCH, from: { after: place } }),
    );
    const rows = assets.map((asset) => exportRow(asset, base));
    if (rows.length > 0) {
      yield rows
        .map((row) =>
          format === 'csv' ? csvLine(EXPORT_COLUMNS.map((name) => row[name])) : `${JSON.stringify(row)}\n`,
        )
        .join('');
    }
    after = next;
  } while (after !== null);
}

/**
 * Sends all images of a filter. Batches are read when the client has taken those before, so that memory does not grow
 * with their number, and no longer when it goes. Images that come or go meanwhile may be in it or not; no other is left
 * out or told twice.
 */
export async function sendExport(db: Database, what: ExportOrder, res: Response): Promise<void> {
  // What is wrong with the query or the database shows before the first byte, as a problem and not as a cut file.
  const rows = lines(db, what);
  const first = await rows.next();
  res.type(what.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
  res.attachment(`images.${what.format}`);
  const all = (async function* () {
    if (!first.done) yield first.value;
    yield* rows;
  })();
  await pipeline(Readable.from(all, { objectMode: false, highWaterMark: 1 << 16 }), res).catch(
    (error: NodeJS.ErrnoException) => {
      // The client went away; there is nobody to tell.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    },
  );
}
