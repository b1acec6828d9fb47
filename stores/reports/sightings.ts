import { SPECIAL } from '../../domain/taxon.ts';
import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import { asking } from '../finding/find.ts';
import { behind, keyText, type Order, orderBy, type Place } from '../finding/order.ts';
import type { Database, Sql } from '../postgres/database.ts';

/** What one image shows: each label once. */
export interface ImageSightings {
  id: number;
  locationId: string | null;
  camera: string | null;
  capturedAt: Date;
  offsetMinutes: number | null;
  labels: string[];
}

type SightingRow = ImageSightings & { orderKey: string };

const PAGE = 5_000;
const BY_TIME: Order = { key: 'taken', descending: false };

/**
 * What the images of a filter show, in the order of their times; those without a time or without anything are left out.
 * A label is the species that is made of the box, else the box' own; boxes are those that are shown.
 */
export async function* sightingsOf(db: Database, filter: ImageFilter): AsyncGenerator<ImageSightings> {
  let after: Place | null = null;
  for (;;) {
    const place: Place | null = after;
    const rows: SightingRow[] = await asking(db, (tx) => readPage(tx, filter, place));
    for (const { orderKey: _, ...row } of rows) if (row.labels.length > 0) yield row;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = { key: last.orderKey, id: last.id };
  }
}

async function readPage(tx: Sql, filter: ImageFilter, after: Place | null): Promise<SightingRow[]> {
  return tx<SightingRow[]>`
    with chosen as materialized (
      select a.id from ${imagesOf(tx, filter.status)}
      where ${matching(tx, filter)} and a.taken_order > timestamptz '-infinity'
        ${after === null ? tx`` : tx`and ${behind(tx, BY_TIME, after)}`}
      order by ${orderBy(tx, BY_TIME)} limit ${PAGE}
    )
    select a.id, a.location_id as "locationId", a.camera_key as camera, a.captured_at as "capturedAt",
      a.captured_offset as "offsetMinutes", ${keyText(tx, 'taken')} as "orderKey", array(
        -- A species that says nothing leaves the detector's word; what a classifier takes for nothing is none.
        select distinct case when label_name(b.species) is null then b.label else b.species end
        from shown_boxes b where b.asset_id = a.id and left(coalesce(b.species, ''), 36) <> ${SPECIAL.blank.slice(0, 36)}
      ) as labels
    from chosen join assets a on a.id = chosen.id
    order by ${orderBy(tx, BY_TIME)}`;
}
