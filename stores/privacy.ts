import type { Box } from '../domain/detection.ts';
import { enlarged, type Privacy } from '../domain/privacy.ts';
import { tellOutbox } from './outbox.ts';
import type { Sql } from './postgres/database.ts';
import { createReprocess } from './reprocesses.ts';

/** What of people renditions of the asset `a` of the tenant `t` are to be made without. */
export const wantedBlur = (sql: Sql) => sql`blur_tag(a.people, t.blur_people, t.blur_margin)`;

/**
 * Whether the asset `a` of the tenant `t` may show people where nobody knows: no detector has looked, or a classifier said of
 * the whole picture that there is somebody; and nobody said that there is nothing in it.
 */
export const unseen = (sql: Sql) => sql`
  (t.blur_people and not a.nothing_here and (a.detection_state is distinct from 'done'
    or exists (select from models m where m.id = a.detection_model_id and m.family = 'classifier') or (a.people = '' and exists (
    select from classification_runs w where w.asset_id = a.id and w.model_id = a.classifier_model_id
      and w.detector_id = a.detection_model_id and w.whole_category = 'person'))))`;

/** @returns `null`: there is no such tenant */
export async function readPrivacy(sql: Sql, tenantName: string): Promise<Privacy | null> {
  const [row] = await sql<Privacy[]>`
    select blur_people as "blurPeople", round(blur_margin::numeric, 3)::float8 as margin from tenants
    where name = ${tenantName}`;
  return row ?? null;
}

/**
 * Says whether people are made unrecognisable. It holds at once: what shows them is not given out from then on, and made
 * anew by a reprocess or for whoever asks first.
 * @returns the reprocess that makes renditions anew; `null`: none has to be
 */
export async function setPrivacy(
  tx: Sql,
  tenantName: string,
  { blurPeople, margin }: Privacy,
): Promise<string | null> {
  const [tenant] = await tx<{ id: string }[]>`
    update tenants set blur_people = ${blurPeople}, blur_margin = ${margin}, updated_at = now()
    where name = ${tenantName} and (blur_people <> ${blurPeople} or blur_margin <> ${margin}::real) returning id`;
  if (tenant === undefined) return null;
  const rows = await tx<{ id: number }[]>`
    select id from assets where tenant_id = ${tenant.id} and state = 'ready' and people <> '' order by id`;
  if (rows.length === 0) return null;
  const id = await createReprocess(tx, {
    ...{ tenantId: tenant.id, preset: null, assetIds: rows.map((row) => row.id) },
  });
  await tellOutbox(tx);
  return id;
}

/** Parts of an asset's picture in which people are, each with the margin that its tenant wants. */
export async function partsToHide(sql: Sql, assetId: number): Promise<Box[]> {
  const rows = await sql<{ box: Box; margin: number }[]>`
    select jsonb_build_array(b.x, b.y, b.width, b.height) as box, t.blur_margin::float8 as margin
    from boxes_of_people(array[${assetId}::bigint]) b
    join assets a on a.id = b.asset_id join tenants t on t.id = a.tenant_id where t.blur_people`;
  return rows.map(({ box, margin }) => enlarged(box, margin));
}

/** What an asset has that its tenant does not want everybody to see. */
export interface Hidden {
  tenantId: string;
  /** Somebody is shown in it. */
  people: boolean;
  /** Nobody knows whether somebody is, or where. */
  unseen: boolean;
}

/** @returns `null`: nothing is hidden in it, or it is not there */
export async function hiddenIn(sql: Sql, assetId: number): Promise<Hidden | null> {
  const [row] = await sql<Hidden[]>`
    select a.tenant_id as "tenantId", a.people <> '' as people, ${unseen(sql)} as unseen
    from assets a join tenants t on t.id = a.tenant_id
    where a.id = ${assetId} and t.blur_people and (a.people <> '' or ${unseen(sql)})`;
  return row ?? null;
}

/** Whether the tenant of a camera hides people: nobody has looked at what it shows now. */
export async function hidesLive(sql: Sql, cameraId: string): Promise<boolean> {
  const [row] = await sql<{ hides: boolean }[]>`
    select t.blur_people as hides from cameras c join tenants t on t.id = c.tenant_id where c.id = ${cameraId}`;
  return row?.hides ?? false;
}
