import type { Box } from '../domain/detection.ts';
import { enlarged, type Privacy } from '../domain/privacy.ts';
import { tellOutbox } from './outbox.ts';
import type { Sql } from './postgres/database.ts';
import { createReprocess } from './reprocesses.ts';

/** What of people renditions of the asset `a` of the tenant `t` are to be made without. */
export const wantedBlur = (sql: Sql) => sql`blur_tag(a.people, t.blur_people, t.blur_margin)`;

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

/** Whether the original of an asset may show people that its tenant wants nobody to recognise; unseen ones may. */
export async function isPrivate(sql: Sql, assetId: number): Promise<boolean> {
  const [row] = await sql<{ hidden: boolean }[]>`
    select t.blur_people and (a.people <> '' or a.detection_state is distinct from 'done') as hidden
    from assets a join tenants t on t.id = a.tenant_id where a.id = ${assetId}`;
  return row?.hidden ?? false;
}
