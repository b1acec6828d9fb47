import type { Sql } from '../postgres/database.ts';
import { isSuppressed } from '../repeats/suppressed.ts';

/** What a list can be asked for beside `ready`, as people call it. */
export const STATUSES = ['ready', 'trashed', 'processing', 'failed', 'rejected', 'all'] as const;
export type Status = (typeof STATUSES)[number];

/** Which images are meant. What is absent or `null` does not matter. Times: from, inclusive, to, exclusive. */
export interface ImageFilter {
  tenantId: string;
  status: Status;
  /** Kind of the source. */
  source?: string | null;
  /** The camera's key. */
  camera?: string | null;
  cameraMake?: string | null;
  cameraModel?: string | null;
  locationId?: string | null;
  userId?: string | null;
  pullSourceId?: string | null;
  importId?: string | null;
  takenFrom?: Date | null;
  takenTo?: Date | null;
  createdFrom?: Date | null;
  createdTo?: Date | null;
  hasGps?: boolean | null;
  /** Degrees; west may be greater than east, across the date line. */
  bbox?: { west: number; south: number; east: number; north: number } | null;
  minWidth?: number | null;
  maxWidth?: number | null;
  minHeight?: number | null;
  maxHeight?: number | null;
  minBytes?: number | null;
  maxBytes?: number | null;
  format?: string | null;
  mime?: string | null;
  /** Words that name, title, description or keywords hold, all of them. */
  words?: readonly string[] | null;
  sequence?: string | null;
  /** What people or the model say is to be seen, above the thresholds of the tenant. */
  label?: string | null;
  /** Whether anything is. */
  hasDetections?: boolean | null;
  /** Whether a box of a model is shown that nobody judged yet. */
  toReview?: boolean | null;
  /** A score of models in the place of the thresholds. */
  minConfidence?: number | null;
  ids?: readonly number[] | null;
}

export type Fragment = ReturnType<Sql>;

/** Where the images of a status are, each part `a` for itself: so that it is read by indexes of its own. */
export function partsOf(sql: Sql, status: Status): [Fragment, ...Fragment[]] {
  if (status !== 'all') return [sql`assets a`];
  return [
    sql`(select * from assets where state = 'ready') a`,
    sql`(select * from assets where state in ('pending', 'rejected', 'failed', 'trashed')) a`,
  ];
}

/** The same as one: `a`. */
export function imagesOf(sql: Sql, status: Status): Fragment {
  const [first, ...others] = partsOf(sql, status);
  if (others.length === 0) return first;
  const parts = others.reduce(
    (all, part) => sql`${all} union all select * from ${part}`,
    sql`select * from ${first}`,
  );
  return sql`(${parts}) a`;
}

/** States are written out and not parameters: the planner must see which partial index they belong to. */
function stateOf(sql: Sql, status: Status): Fragment {
  switch (status) {
    case 'ready':
      return sql`a.state = 'ready'`;
    case 'trashed':
      return sql`a.state = 'trashed'`;
    case 'processing':
      return sql`a.state = 'pending'`;
    case 'failed':
      return sql`a.state = 'failed'`;
    case 'rejected':
      return sql`a.state = 'rejected'`;
    case 'all':
      return sql`true`;
  }
}

/** The condition on `a` that a filter means. */
export function matching(sql: Sql, filter: ImageFilter): Fragment {
  const parts: Fragment[] = [sql`a.tenant_id = ${filter.tenantId}`, stateOf(sql, filter.status)];
  const add = <T>(value: T | null | undefined, condition: (value: T) => Fragment): void => {
    if (value !== null && value !== undefined) parts.push(condition(value));
  };
  add(filter.source, (kind) => sql`a.source_kind = ${kind}`);
  add(filter.camera, (key) => sql`a.camera_key = ${key}`);
  add(filter.cameraMake, (make) => sql`a.camera_make = ${make}`);
  add(filter.cameraModel, (model) => sql`a.camera_model = ${model}`);
  add(filter.locationId, (id) => sql`a.location_id = ${id}`);
  add(filter.userId, (id) => sql`a.user_id = ${id}`);
  add(filter.pullSourceId, (id) => sql`a.pull_source_id = ${id}`);
  add(filter.importId, (id) => sql`a.import_id = ${id}`);
  add(filter.takenFrom, (from) => sql`a.taken_order >= ${from}`);
  add(filter.takenTo, (to) => sql`a.taken_order < ${to} and a.taken_order > timestamptz '-infinity'`);
  add(filter.createdFrom, (from) => sql`a.created_at >= ${from}`);
  add(filter.createdTo, (to) => sql`a.created_at < ${to}`);
  add(filter.hasGps, (has) => (has ? sql`a.latitude is not null` : sql`a.latitude is null`));
  add(filter.bbox, (box) => inside(sql, box));
  add(filter.minWidth, (n) => sql`a.width >= ${n}`);
  add(filter.maxWidth, (n) => sql`a.width <= ${n}`);
  add(filter.minHeight, (n) => sql`a.height >= ${n}`);
  add(filter.maxHeight, (n) => sql`a.height <= ${n}`);
  add(filter.minBytes, (n) => sql`a.bytes >= ${n}`);
  add(filter.maxBytes, (n) => sql`a.bytes <= ${n}`);
  add(filter.format, (format) => sql`a.format = ${format}`);
  add(filter.mime, (mime) => sql`a.media_type = ${mime}`);
  for (const word of filter.words ?? []) parts.push(sql`a.words like ${`%${escaped(word.toLowerCase())}%`}`);
  add(filter.sequence, (id) => sql`a.id in (select asset_id from sequence_images where sequence_id = ${id})`);
  add(filter.label, (label) => sql`exists (${showing(sql, filter, label)})`);
  add(filter.hasDetections, (has) =>
    has ? sql`exists (${showing(sql, filter, null)})` : sql`not exists (${showing(sql, filter, null)})`,
  );
  add(filter.toReview, (wanted) =>
    wanted ? sql`exists (${unjudged(sql)})` : sql`not exists (${unjudged(sql)})`,
  );
  add(filter.ids, (ids) => sql`a.id = any(${ids as number[]}::bigint[])`);
  return parts.reduce((all, part) => sql`${all} and ${part}`);
}

/** Labels are kept this long in the rows that they are found by. */
const LABEL_LENGTH = 200;

/**
 * The label that a list can be read by, in its order: the rows of `asset_labels` say what is shown in images that are
 * ready, above the thresholds. `null`: none is asked for, or in another way.
 */
export function leadingLabel({ status, label, minConfidence }: ImageFilter): string | null {
  if (status !== 'ready' || label === null || label === undefined) return null;
  return minConfidence === null || minConfidence === undefined ? label.slice(0, LABEL_LENGTH) : null;
}

/** A box of `a` that is shown, of a label or of any. */
function showing(sql: Sql, filter: ImageFilter, label: string | null): Fragment {
  const { minConfidence, status } = filter;
  const thresholds = minConfidence === null || minConfidence === undefined;
  if (thresholds && status === 'ready') {
    return label === null
      ? sql`select from asset_labels l where l.asset_id = a.id`
      : sql`select from asset_labels l where l.asset_id = a.id and l.label = ${label.slice(0, LABEL_LENGTH)}`;
  }
  if (thresholds) {
    const named = label === null ? sql`` : sql`and (b.label = ${label} or label_name(b.species) = ${label})`;
    return sql`select from shown_boxes b where b.asset_id = a.id and b.tenant_id = a.tenant_id ${named}`;
  }
  return sql`
    select from annotations n
    where n.asset_id = a.id and n.state in ('confirmed', 'corrected', 'added')
      ${label === null ? sql`` : sql`and n.tenant_id = a.tenant_id and n.label = ${label}`}
    union all
    select from detections d left join detection_predictions p
      on p.detection_id = d.id and p.model_id = a.classifier_model_id
    where d.asset_id = a.id and d.model_id = a.detection_model_id and not a.nothing_here and d.annotation_id is null
      and d.score >= ${minConfidence} and not ${isSuppressed(sql)}
      ${label === null ? sql`` : sql`and (d.label = ${label} or label_name(p.label) = ${label})`}`;
}

/** A box of a model that is shown in `a`, and that nobody judged. */
function unjudged(sql: Sql): Fragment {
  return sql`select from shown_boxes b
    where b.asset_id = a.id and b.tenant_id = a.tenant_id and b.origin = 'machine'`;
}

function inside(sql: Sql, { west, south, east, north }: NonNullable<ImageFilter['bbox']>): Fragment {
  const across = west > east;
  const longitude = across
    ? sql`(a.longitude >= ${west} or a.longitude <= ${east})`
    : sql`a.longitude between ${west} and ${east}`;
  return sql`a.latitude between ${south} and ${north} and ${longitude}`;
}

/** What `like` would take for a pattern. */
function escaped(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}
