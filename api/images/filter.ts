import type { z } from 'zod';
import type { SourceRegistry } from '../../sources/registry.ts';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import type { Order, SortKey } from '../../stores/finding/order.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { DEFAULT_TENANT, readTenantId } from '../../stores/tenants.ts';
import type { ImageQuery, SORTS } from '../schemas/images.ts';

interface FilterDeps {
  db: Database;
  sources: SourceRegistry;
}

/** What a query means in rows. */
export async function filterOf(
  { db, sources }: FilterDeps,
  query: Omit<z.output<typeof ImageQuery>, 'format'> & { format?: string | undefined },
): Promise<ImageFilter> {
  return {
    tenantId: await db.run((sql) => readTenantId(sql, query.tenant_name ?? DEFAULT_TENANT)),
    status: query.status,
    source: query.source === undefined ? null : spelled(sources, query.source),
    camera: query.camera ?? null,
    cameraMake: query.camera_make ?? null,
    cameraModel: query.camera_model ?? null,
    locationId: query.location_id ?? null,
    userId: query.user_id ?? null,
    pullSourceId: query.pull_source_id ?? null,
    importId: query.import_id ?? null,
    takenFrom: query.taken_from ?? null,
    takenTo: query.taken_to ?? null,
    createdFrom: query.created_from ?? null,
    createdTo: query.created_to ?? null,
    hasGps: query.has_gps ?? null,
    bbox: query.bbox ?? null,
    minWidth: query.min_width ?? null,
    maxWidth: query.max_width ?? null,
    minHeight: query.min_height ?? null,
    maxHeight: query.max_height ?? null,
    minBytes: query.min_bytes ?? null,
    maxBytes: query.max_bytes ?? null,
    format: query.format ?? null,
    mime: query.mime ?? null,
    words: query.q === undefined ? null : query.q.split(/\s+/).filter((word) => word !== ''),
    sequence: query.sequence ?? null,
    label: query.label ?? null,
    hasDetections: query.has_detections ?? null,
    toReview: query.to_review ?? null,
    minConfidence: query.min_confidence ?? null,
  };
}

/** The older services wrote `google_drive` where others write `http-directory`. */
function spelled({ kinds }: SourceRegistry, given: string): string {
  const plain = (kind: string): string => kind.replaceAll('_', '-');
  return kinds.find(({ kind }) => plain(kind) === plain(given))?.kind ?? given;
}

export function orderOf(sort: (typeof SORTS)[number]): Order {
  const descending = sort.startsWith('-');
  return { key: (descending ? sort.slice(1) : sort) as SortKey, descending };
}
