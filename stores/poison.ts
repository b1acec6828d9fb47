import type { Sql } from './postgres/database.ts';
import { noneRedriven, type RedriveCounts, type RedriveVerdict, redriveItems } from './redrive.ts';
import { ofTenant } from './tenants.ts';

/** An item that was tried as often as the rules allow and still failed. */
export interface PoisonJob {
  /** Of the item; what an upload calls its job. */
  id: number;
  tenantName: string;
  importId: string;
  kind: string;
  name: string;
  externalId: string;
  assetId: number | null;
  reason: string;
  detail: string | null;
  attempts: number;
  failedAt: Date;
}

export interface PoisonFilter {
  tenantName: string | null;
  importId: string | null;
  reason: string | null;
}

/** Items that one transaction gives another round. */
const CHUNK = 500;

const columns = (sql: Sql) => sql`
  p.job_id as id, t.name as "tenantName", p.import_id as "importId", m.kind, p.name, i.external_id as "externalId",
  p.asset_id as "assetId", p.reason, p.detail, p.attempts, p.failed_at as "failedAt"`;

const joined = (sql: Sql) => sql`
  poison_jobs p join import_items i on i.id = p.job_id
  join imports m on m.id = p.import_id join tenants t on t.id = p.tenant_id`;

const matching = (sql: Sql, { tenantName, importId, reason }: PoisonFilter) => sql`
  ${tenantName === null ? sql`true` : sql`p.tenant_id = (select id from tenants where name = ${tenantName})`}
  and ${importId === null ? sql`true` : sql`p.import_id = ${importId}`}
  and ${reason === null ? sql`true` : sql`p.reason = ${reason}`}`;

/** Newest items first. @param before only items with a smaller id */
export async function listPoison(
  sql: Sql,
  filter: PoisonFilter,
  page: { limit: number; before: number | null },
): Promise<{ jobs: PoisonJob[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from poison_jobs p where ${matching(sql, filter)}`;
  const jobs = await sql<PoisonJob[]>`
    select ${columns(sql)} from ${joined(sql)}
    where ${matching(sql, filter)} ${page.before === null ? sql`` : sql`and p.job_id < ${page.before}`}
    order by p.job_id desc limit ${page.limit}`;
  return { jobs, total: count?.total ?? 0 };
}

/** How many there are, by reason. @param tenant `undefined`: of all tenants */
export async function countPoison(
  sql: Sql,
  tenant: string | undefined,
): Promise<{ reason: string; count: number }[]> {
  return sql`
    select reason, count(*) as count from poison_jobs where ${ofTenant(sql, sql`tenant_id`, tenant)}
    group by reason order by reason`;
}

export async function findPoison(sql: Sql, id: number): Promise<PoisonJob | null> {
  const [job] = await sql<PoisonJob[]>`select ${columns(sql)} from ${joined(sql)} where p.job_id = ${id}`;
  return job ?? null;
}

/** One item gets another round. @returns `null` when there is no failed item with that id */
export async function redriveOne(tx: Sql, id: number): Promise<RedriveVerdict | null> {
  const counts = await redriveItems(tx, [id]);
  const [own] = await tx<{ state: string }[]>`select state from import_items where id = ${id}`;
  if (own === undefined) return null;
  // The one that an upload shares its bytes with was given a round, too; this one's own state tells.
  if (own.state === 'failed') return counts.busy > 0 ? 'busy' : counts.gone > 0 ? 'gone' : null;
  if (own.state === 'pending') return 'queued';
  return counts.resolved > 0 ? 'resolved' : null;
}

/** The ids of failed items in a stretch of the list. */
async function nextIds(sql: Sql, filter: PoisonFilter, after: number, upTo: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select p.job_id as id from poison_jobs p
    where ${matching(sql, filter)} and p.job_id > ${after} and p.job_id <= ${upTo}
    order by p.job_id limit ${CHUNK}`;
  return rows.map(({ id }) => id);
}

/**
 * Everything that matches and has failed until now gets another round, some hundred items to a transaction: what is
 * done stays done when the process dies in between, and asking again goes on.
 */
export async function redriveMatching(
  run: <T>(work: (tx: Sql) => Promise<T>) => Promise<T>,
  filter: PoisonFilter,
): Promise<RedriveCounts> {
  const sum = noneRedriven();
  const [last] = await run((tx) => tx<{ id: number | null }[]>`select max(job_id) as id from poison_jobs`);
  for (let after = 0; ; ) {
    const { ids, counts } = await run(async (tx) => {
      const found = await nextIds(tx, filter, after, last?.id ?? 0);
      return { ids: found, counts: await redriveItems(tx, found) };
    });
    for (const [verdict, n] of Object.entries(counts) as [RedriveVerdict, number][]) sum[verdict] += n;
    const end = ids.at(-1);
    if (end === undefined) return sum;
    after = end;
  }
}
