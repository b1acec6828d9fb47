import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import { asking } from '../finding/find.ts';
import { behind, keyText, type Order, orderBy, type Place } from '../finding/order.ts';
import type { Database, Sql } from '../postgres/database.ts';
import { isSuppressed } from '../repeats/suppressed.ts';

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
 * A label is that of the box' best classification, else the box' own.
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
        select coalesce((
          select k.label from detection_classifications k where k.detection_id = d.id order by k.score desc limit 1
        ), d.label)
        from detections d
        left join model_classes c on c.model_id = d.model_id and c.class = d.class
        left join model_thresholds t on t.tenant_id = d.tenant_id and t.model_id = d.model_id and t.label = d.label
        where d.asset_id = a.id and d.model_id = a.detection_model_id and d.annotation_id is null and not a.nothing_here
          and d.score >= coalesce(t.threshold, c.threshold, 0) and not ${isSuppressed(tx)}
        union
        select n.label from annotations n
        where n.asset_id = a.id and n.state in ('confirmed', 'corrected', 'added')
      ) as labels
    from chosen join assets a on a.id = chosen.id
    order by ${orderBy(tx, BY_TIME)}`;
}
