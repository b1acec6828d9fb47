import type { Box } from '../../domain/detection.ts';
import { holdLabels, refreshLabels } from '../detection/labels.ts';
import type { Sql } from '../postgres/database.ts';

export interface Suppression {
  id: string;
  camera: string;
  label: string;
  box: [number, number, number, number];
  overlap: number;
  /** Images that had such a box when it was made. */
  images: number;
  createdAt: Date;
  undoneAt: Date | null;
}

export interface NewSuppression {
  tenantId: string;
  camera: string;
  label: string;
  box: Box;
  overlap: number;
}

const columns = (sql: Sql) => sql`
  p.id, p.camera_key as camera, p.label, array[p.x, p.y, p.width, p.height]::float8[] as box, p.overlap::float8,
  p.images, p.created_at as "createdAt", p.undone_at as "undoneAt"`;

/** Images of a camera with a box in a spot. */
async function imagesIn(
  tx: Sql,
  { tenantId, camera, label, box: [x, y, width, height], overlap }: NewSuppression,
): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select distinct a.id
    from assets a join detections d on d.asset_id = a.id and d.model_id = a.detection_model_id and d.label = ${label}
    where a.tenant_id = ${tenantId} and a.camera_key = ${camera} and a.state = 'ready'
      and box_overlap(${x}::real, ${y}::real, ${width}::real, ${height}::real, d.x, d.y, d.width, d.height) >= ${overlap}`;
  return rows.map(({ id }) => id);
}

/**
 * Hides the boxes of a spot wherever boxes of models are shown, found or counted, and has exports call them doubtful;
 * those of later images, too. Nothing is deleted. @returns `null`: no box lies in it
 */
export async function suppress(tx: Sql, spot: NewSuppression): Promise<Suppression | null> {
  const { tenantId, camera, label, box, overlap } = spot;
  const [x, y, width, height] = box;
  await holdLabels(tx, tenantId);
  const images = await imagesIn(tx, spot);
  if (images.length === 0) return null;
  const [row] = await tx<Suppression[]>`
    with p as (
      insert into repeat_suppressions (tenant_id, camera_key, label, x, y, width, height, overlap, images)
      values (${tenantId}, ${camera}, ${label}, ${x}, ${y}, ${width}, ${height}, ${overlap}, ${images.length})
      returning *
    )
    select ${columns(tx)} from p`;
  await refreshLabels(tx, images);
  return row ?? null;
}

/** The latest first, undone ones too, and how many there are. */
export async function listSuppressions(
  sql: Sql,
  {
    tenantId,
    camera,
    limit,
    offset,
  }: { tenantId: string; camera: string | null; limit: number; offset: number },
): Promise<{ suppressions: Suppression[]; total: number }> {
  const where = sql`p.tenant_id = ${tenantId} and (${camera}::text is null or p.camera_key = ${camera})`;
  const suppressions = await sql<Suppression[]>`
    select ${columns(sql)} from repeat_suppressions p where ${where}
    order by p.created_at desc, p.id limit ${limit} offset ${offset}`;
  const [count] = await sql<
    { total: number }[]
  >`select count(*) as total from repeat_suppressions p where ${where}`;
  return { suppressions, total: count?.total ?? 0 };
}

/** Undoing it again changes nothing. @returns `null`: there is none */
export async function undoSuppression(tx: Sql, id: string): Promise<Suppression | null> {
  const [owner] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from repeat_suppressions where id = ${id}`;
  if (owner === undefined) return null;
  await holdLabels(tx, owner.tenantId);
  const [row] = await tx<Suppression[]>`
    update repeat_suppressions p set undone_at = coalesce(undone_at, now()) where id = ${id} returning ${columns(tx)}`;
  if (row === undefined) return null;
  await refreshLabels(tx, await imagesIn(tx, { ...row, tenantId: owner.tenantId }));
  return row;
}
