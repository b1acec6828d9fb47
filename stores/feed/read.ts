import { FEED_DAYS, type FeedKind } from '../../domain/feed.ts';
import type { Database, Sql } from '../postgres/database.ts';

/** A row of the feed: one event, or the same event of each of some assets. */
export interface FeedRow {
  position: number;
  tenantId: string | null;
  tenantName: string | null;
  at: Date;
  kind: FeedKind;
  importId: string | null;
  cameraId: string | null;
  subjectId: string | null;
  assetIds: number[] | null;
  detail: Record<string, unknown>;
}

/** Which events somebody wants; what is not named does not matter. */
export interface FeedFilter {
  /** Of these tenants. */
  tenantIds?: readonly string[] | undefined;
  /** Of a tenant that there need not be yet. */
  tenantName?: string | undefined;
  importId?: string | undefined;
  cameraId?: string | undefined;
  kinds?: readonly FeedKind[] | undefined;
  /** Beside those kinds: when these rules fire. */
  ruleIds?: readonly string[] | undefined;
}

/** Gives positions to what was committed since the last time. Whoever reads behind a position calls it before. */
export async function numberFeed(sql: Sql): Promise<void> {
  for (;;) {
    const [row] = await sql<{ given: number }[]>`select number_feed_events() as given`;
    if ((row?.given ?? 0) === 0) return;
  }
}

export interface FeedBounds {
  /** The last position given. */
  head: number;
  /** What lies up to here was swept away. */
  swept: number;
}

export async function feedBounds(sql: Sql): Promise<FeedBounds> {
  const [row] = await sql<FeedBounds[]>`select position as head, swept from feed_head`;
  if (row === undefined) throw new Error('The head of the feed is gone.');
  return row;
}

const ofRules = (sql: Sql, ids: readonly string[]) =>
  ids.length === 0
    ? sql``
    : sql`or (e.kind = 'rule.fired' and e.subject_id = any(${ids as string[]}::uuid[]))`;

const wanted = (sql: Sql, { tenantIds, tenantName, importId, cameraId, kinds, ruleIds }: FeedFilter) => sql`
  ${tenantIds === undefined ? sql`` : sql`and e.tenant_id = any(${tenantIds as string[]}::uuid[])`}
  ${tenantName === undefined ? sql`` : sql`and t.name = ${tenantName}`}
  ${importId === undefined ? sql`` : sql`and e.import_id = ${importId}`}
  ${cameraId === undefined ? sql`` : sql`and e.camera_id = ${cameraId}`}
  ${kinds === undefined ? sql`` : sql`and (e.kind = any(${kinds as string[]}::text[]) ${ofRules(sql, ruleIds ?? [])})`}`;

/** The rows behind a position, the first first. What was not numbered is not there. */
export async function readFeed(
  sql: Sql,
  after: number,
  upTo: number,
  filter: FeedFilter,
  limit: number,
): Promise<FeedRow[]> {
  return sql<FeedRow[]>`
    select e.position, e.tenant_id as "tenantId", t.name as "tenantName", e.at, e.kind, e.import_id as "importId",
      e.camera_id as "cameraId", e.subject_id as "subjectId", e.asset_ids as "assetIds", e.detail
    from feed_events e left join tenants t on t.id = e.tenant_id
    where e.position > ${after} and e.position <= ${upTo} ${wanted(sql, filter)}
    order by e.position limit ${limit}`;
}

/** Rows that are swept by one statement. */
const SWEEP_ROWS = 5_000;

/** Removes what is older than anybody may be away, but for what a webhook is still to be told, or rules are still to look at. */
export async function sweepFeed(db: Database, days: number = FEED_DAYS): Promise<void> {
  for (;;) {
    const removed = await db.tx(async (tx) => {
      // Positions are in the order of commits, which is nearly that of the times: the first that is kept ends it.
      const [row] = await tx<{ upTo: number | null; n: number }[]>`
        with oldest as (
          select position, at from feed_events where position is not null order by position limit ${SWEEP_ROWS}
        ), kept as (
          select min(position) - 1 as before from oldest where at >= now() - ${days} * interval '1 day'
        ), told as (
          select least((select min(position) from webhooks where disabled_at is null),
            (select position from rule_progress where exists (select from rules where enabled))) as before
        )
        select max(position) as "upTo", count(*) as n from oldest
        where position <= coalesce((select before from kept), position) and position <= coalesce((select before from told), position)`;
      if (row === undefined || row.upTo === null) return 0;
      await tx`delete from feed_events where position <= ${row.upTo}`;
      await tx`update feed_head set swept = greatest(swept, ${row.upTo})`;
      return row.n;
    });
    if (removed < SWEEP_ROWS) return;
  }
}
