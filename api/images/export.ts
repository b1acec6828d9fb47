import type { Response } from 'express';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { asking, type Found, findImages } from '../../stores/finding/find.ts';
import type { Order, Place } from '../../stores/finding/order.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { csvLine, sendLines } from '../lines.ts';
import { EXPORT_COLUMNS, exportRow } from './columns.ts';

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
 * Sends all images of a filter. Images that come or go meanwhile may be in it or not; no other is left
 * out or told twice.
 */
export async function sendExport(db: Database, what: ExportOrder, res: Response): Promise<void> {
  const type = what.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
  await sendLines(res, lines(db, what), { type, fileName: `images.${what.format}` });
}
