import type { MergeChange } from '../../domain/mergeMetadata.ts';
import type { Sql } from '../postgres/database.ts';

export interface MergeRow {
  id: string;
  keep: number;
  removed: number[];
  changes: MergeChange[];
  createdAt: Date;
  undoneAt: Date | null;
}

/** Newest first. */
export async function listMerges(
  sql: Sql,
  query: { tenantId: string; limit: number; offset: number },
): Promise<{ merges: MergeRow[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from duplicate_merges where tenant_id = ${query.tenantId}`;
  const merges = await sql<MergeRow[]>`
    select id, keep_id as keep, removed_ids as removed, changes, created_at as "createdAt", undone_at as "undoneAt"
    from duplicate_merges where tenant_id = ${query.tenantId}
    order by created_at desc, id limit ${query.limit} offset ${query.offset}`;
  return { merges, total: count?.total ?? 0 };
}

/** The image that a merge kept; none when there is no such merge. */
export async function keptBy(sql: Sql, mergeId: string): Promise<number[]> {
  const rows = await sql<
    { keep: number }[]
  >`select keep_id as keep from duplicate_merges where id = ${mergeId}`;
  return rows.map(({ keep }) => keep);
}
