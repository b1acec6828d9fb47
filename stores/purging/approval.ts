import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';
import type { PurgeState } from './manifest.ts';

export interface Approval {
  /** Hours in which it can be undone; 0: it cannot. */
  undoHours: number;
  /** A purge that takes more than this share (0 to 1) of a tenant is refused; `null`: it was said twice. */
  most: number | null;
}

/** A tenant that would lose most of what it has. */
export interface Loss {
  tenant: string;
  assets: number;
  ofAssets: number;
  bytes: number;
  ofBytes: number;
}

/** The tenants that would lose more than this share of their assets or of their bytes. */
async function largeLosses(tx: Sql, id: string, most: number): Promise<Loss[]> {
  return tx<Loss[]>`
    select tenant, assets, "ofAssets", bytes, "ofBytes" from (
      select t.name as tenant, count(m.asset_id) as assets, count(*) as "ofAssets",
        coalesce(sum(a.bytes) filter (where m.asset_id is not null), 0)::bigint as bytes, sum(a.bytes)::bigint as "ofBytes"
      from assets a join tenants t on t.id = a.tenant_id
      left join purge_manifest_assets m on m.purge_id = ${id} and m.asset_id = a.id
      where a.state in ('ready', 'trashed')
        and a.tenant_id in (select tenant_id from purge_manifest_assets where purge_id = ${id})
      group by t.name
    ) s where assets > ${most}::float8 * "ofAssets" or bytes > ${most}::float8 * "ofBytes"
    order by tenant`;
}

export type Approved =
  | { kind: 'approved' }
  | { kind: 'not-listed'; state: PurgeState }
  | { kind: 'expired' }
  | { kind: 'too-much'; losses: Loss[] };

/** Lets a frozen purge go ahead and asks for its workflow. `null`: there is no such purge. */
export async function approvePurge(tx: Sql, id: string, approval: Approval): Promise<Approved | null> {
  const [held] = await tx<{ state: PurgeState; expired: boolean; tenantId: string | null }[]>`
    select state, expires_at < now() as expired, tenant_id as "tenantId"
    from purge_manifests where id = ${id} for update`;
  if (held === undefined) return null;
  if (held.state !== 'listed') return { kind: 'not-listed', state: held.state };
  if (held.expired) return { kind: 'expired' };
  const losses = approval.most === null ? [] : await largeLosses(tx, id, approval.most);
  if (losses.length > 0) return { kind: 'too-much', losses };
  await tx`
    update purge_manifests set state = 'approved', approved_at = now(),
      undo_until = now() + ${approval.undoHours}::float8 * interval '1 hour'
    where id = ${id}`;
  await enqueue(tx, { kind: 'run-purge', tenantId: held.tenantId, subjectId: id });
  return { kind: 'approved' };
}

/** Asks a purge that can still be undone to put everything back. @returns whether it could */
export async function askUndo(tx: Sql, id: string): Promise<boolean> {
  const [row] = await tx<{ tenantId: string | null }[]>`
    update purge_manifests set undo_asked_at = coalesce(undo_asked_at, now())
    where id = ${id} and state in ('approved', 'hidden') and undo_until > now()
    returning tenant_id as "tenantId"`;
  if (row === undefined) return false;
  await enqueue(tx, { kind: 'undo-purge', tenantId: row.tenantId, subjectId: id });
  return true;
}
