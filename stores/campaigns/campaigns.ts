import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import type { Sql } from '../postgres/database.ts';

export interface Campaign {
  id: string;
  tenantId: string;
  tenantName: string;
  name: string;
  label: string;
  selection: Record<string, unknown>;
  /** That are still in the library. */
  images: number;
  /** How many people are asked about each image. */
  people: number;
  /** Images that so many people have answered. */
  done: number;
  answers: number;
  /** People who have answered anything. */
  answerers: number;
  createdAt: Date;
  closedAt: Date | null;
}

export interface NewCampaign {
  name: string;
  label: string;
  people: number;
  selection: object;
  filter: ImageFilter;
}

const columns = (sql: Sql) => sql`
  c.id, c.tenant_id as "tenantId", t.name as "tenantName", c.name, c.label, c.selection, c.people,
  (select count(*) from campaign_images i where i.campaign_id = c.id) as images,
  (select count(*) from campaign_images i where i.campaign_id = c.id and i.answers >= c.people) as done,
  (select coalesce(sum(i.answers), 0)::bigint from campaign_images i where i.campaign_id = c.id) as answers,
  (select count(distinct a.person) from campaign_answers a where a.campaign_id = c.id) as answerers,
  c.created_at as "createdAt", c.closed_at as "closedAt"`;

/** Settles which images are asked about. @returns its id, and how many they are */
export async function createCampaign(
  tx: Sql,
  { name, label, people, selection, filter }: NewCampaign,
): Promise<{ id: string; images: number }> {
  const [row] = await tx<{ id: string }[]>`
    insert into campaigns (tenant_id, name, label, people, selection, images)
    values (${filter.tenantId}, ${name}, ${label}, ${people}, ${tx.json(selection as never)}, 0) returning id`;
  if (row === undefined) throw new Error('The insert of a campaign returned no row.');
  const { count: images } = await tx`
    insert into campaign_images (campaign_id, asset_id, tenant_id)
    select ${row.id}, a.id, a.tenant_id from ${imagesOf(tx, filter.status)} where ${matching(tx, filter)}`;
  await tx`update campaigns set images = ${images} where id = ${row.id}`;
  return { id: row.id, images };
}

export async function findCampaign(sql: Sql, id: string): Promise<Campaign | null> {
  const [row] = await sql<Campaign[]>`
    select ${columns(sql)} from campaigns c join tenants t on t.id = c.tenant_id where c.id = ${id}`;
  return row ?? null;
}

/** The latest first. */
export async function listCampaigns(
  sql: Sql,
  { tenantId, limit, offset }: { tenantId: string; limit: number; offset: number },
): Promise<{ campaigns: Campaign[]; total: number }> {
  const campaigns = await sql<Campaign[]>`
    select ${columns(sql)} from campaigns c join tenants t on t.id = c.tenant_id
    where c.tenant_id = ${tenantId} order by c.created_at desc, c.id limit ${limit} offset ${offset}`;
  const [row] = await sql<{ total: number }[]>`
    select count(*) as total from campaigns where tenant_id = ${tenantId}`;
  return { campaigns, total: row?.total ?? 0 };
}

/** What is not given stays as it is. A campaign that is closed takes no answers. @returns whether there is one */
export async function changeCampaign(
  sql: Sql,
  id: string,
  { name, closed }: { name?: string; closed?: boolean },
): Promise<boolean> {
  const rows = await sql`
    update campaigns set name = coalesce(${name ?? null}, name),
      closed_at = case when ${closed ?? null}::boolean is null then closed_at
        when ${closed ?? false} then coalesce(closed_at, now()) end
    where id = ${id} returning id`;
  return rows.length === 1;
}
