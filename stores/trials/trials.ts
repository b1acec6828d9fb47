import { type ImageFilter, imagesOf, matching } from '../finding/filter.ts';
import type { Sql } from '../postgres/database.ts';
import { createReprocess } from '../reprocesses.ts';

/** A model that looks at images beside the one in use. */
export interface Trial {
  id: string;
  tenantId: string;
  tenantName: string;
  candidateId: number;
  /** `name@version` */
  candidate: string;
  family: string;
  currentId: number;
  current: string;
  campaignId: string | null;
  reprocessId: string;
  /** Of the reprocess. */
  state: string;
  images: number;
  switchId: string | null;
  createdAt: Date;
  promotedAt: Date | null;
  rolledBackAt: Date | null;
}

export interface NewTrial {
  tenantId: string;
  candidateId: number;
  currentId: number;
  campaignId: string | null;
  assetIds: readonly number[];
  imagesPerMinute: number | null;
}

const columns = (sql: Sql) => sql`
  r.id, r.tenant_id as "tenantId", t.name as "tenantName", r.candidate_id as "candidateId",
  m.name || '@' || m.version as candidate, m.family, r.current_id as "currentId", o.name || '@' || o.version as current,
  r.campaign_id as "campaignId", r.reprocess_id as "reprocessId", p.state, r.images, r.switch_id as "switchId",
  r.created_at as "createdAt", r.promoted_at as "promotedAt", r.rolled_back_at as "rolledBackAt"`;
const joins = (sql: Sql) => sql`
  join tenants t on t.id = r.tenant_id join models m on m.id = r.candidate_id join models o on o.id = r.current_id
  join reprocesses p on p.id = r.reprocess_id`;

/** Images that a trial can be about, at most `limit` of them, spread over all that fit. */
export async function imagesToTry(tx: Sql, filter: ImageFilter, limit: number): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select id from (
      select a.id from ${imagesOf(tx, filter.status)} where ${matching(tx, filter)}
      order by hashint8(a.id), a.id limit ${limit}
    ) chosen order by id`;
  return rows.map(({ id }) => id);
}

/** Those of a campaign that are in the library. */
export async function imagesOfCampaign(tx: Sql, campaignId: string, limit: number): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select i.asset_id as id from campaign_images i join assets a on a.id = i.asset_id and a.state = 'ready'
    where i.campaign_id = ${campaignId} order by i.answers desc, hashint8(i.asset_id) limit ${limit}`;
  return rows.map(({ id }) => id).toSorted((a, b) => a - b);
}

/** Has the candidate look at images without what it says counting. @returns its id */
export async function createTrial(tx: Sql, trial: NewTrial): Promise<string> {
  const { tenantId, candidateId, currentId, campaignId, assetIds, imagesPerMinute } = trial;
  const reprocessId = await createReprocess(tx, {
    ...{ tenantId, preset: null, modelId: candidateId, shadow: true, assetIds, imagesPerMinute },
  });
  const [row] = await tx<{ id: string }[]>`
    insert into model_trials (tenant_id, candidate_id, current_id, campaign_id, reprocess_id, images)
    values (${tenantId}, ${candidateId}, ${currentId}, ${campaignId}, ${reprocessId}, ${assetIds.length}) returning id`;
  if (row === undefined) throw new Error('The insert of a trial returned no row.');
  return row.id;
}

export async function findTrial(sql: Sql, id: string): Promise<Trial | null> {
  const [row] = await sql<
    Trial[]
  >`select ${columns(sql)} from model_trials r ${joins(sql)} where r.id = ${id}`;
  return row ?? null;
}

/** The latest first. @param candidateId of that model only */
export async function listTrials(
  sql: Sql,
  page: { tenantId: string; candidateId: number | null; limit: number; offset: number },
): Promise<{ trials: Trial[]; total: number }> {
  const where = sql`
    r.tenant_id = ${page.tenantId} and (${page.candidateId}::bigint is null or r.candidate_id = ${page.candidateId})`;
  const trials = await sql<Trial[]>`
    select ${columns(sql)} from model_trials r ${joins(sql)} where ${where}
    order by r.created_at desc, r.id limit ${page.limit} offset ${page.offset}`;
  const [row] = await sql<{ total: number }[]>`select count(*) as total from model_trials r where ${where}`;
  return { trials, total: row?.total ?? 0 };
}

/** Until the transaction ends nobody else promotes it or rolls it back. */
export async function lockTrial(tx: Sql, id: string): Promise<void> {
  await tx`select from model_trials where id = ${id} for no key update`;
}

export async function notePromotion(tx: Sql, id: string, switchId: string | null): Promise<void> {
  await tx`
    update model_trials set switch_id = ${switchId}, promoted_at = now(), rolled_back_at = null where id = ${id}`;
}

export async function noteRollback(tx: Sql, id: string): Promise<void> {
  await tx`update model_trials set rolled_back_at = now() where id = ${id}`;
}
