import type { Sql } from '../postgres/database.ts';
import { findPurge, type PurgeReport } from './manifest.ts';
import type { ReportSigner } from './signature.ts';

interface Done {
  deleted: number;
  bytes: number;
  digest: string;
  restored: number;
  skipped: Record<string, number>;
  at: Date;
}

/** Ends a purge and writes its signed report. Doing it again changes nothing. */
export async function finishPurge(
  tx: Sql,
  signer: ReportSigner,
  purgeId: string,
  outcome: PurgeReport['outcome'],
): Promise<void> {
  const purge = await findPurge(tx, purgeId);
  if (purge === null || purge.finishedAt !== null) return;
  const [done] = await tx<Done[]>`
    select count(*) filter (where m.state = 'deleted') as deleted,
      coalesce(sum(m.bytes) filter (where m.state = 'deleted'), 0)::bigint as bytes,
      encode(sha256(convert_to(coalesce(string_agg(m.asset_id || ' ' || encode(a.sha256, 'hex') || E'\n', '' order by m.asset_id)
        filter (where m.state = 'deleted'), ''), 'UTF8')), 'hex') as digest,
      count(*) filter (where m.state = 'restored') as restored,
      (select coalesce(jsonb_object_agg(reason, n), '{}') from (
        select coalesce(reason, 'not_reached') as reason, count(*) as n from purge_manifest_assets
        where purge_id = ${purgeId} and state in ('skipped', 'listed') group by 1) s) as skipped,
      now() as at
    from purge_manifest_assets m join assets a on a.id = m.asset_id where m.purge_id = ${purgeId}`;
  if (done === undefined) return;
  const report = signer.sign({
    purge_id: purgeId,
    tenant: purge.tenantName,
    days: purge.days,
    trashed_only: purge.trashedOnly,
    asked_by: purge.askedBy,
    digest: purge.digest,
    approved_at: purge.approvedAt?.toISOString() ?? '',
    finished_at: done.at.toISOString(),
    outcome,
    listed: purge.assets,
    deleted: done.deleted,
    bytes_freed: done.bytes,
    deleted_digest: done.digest,
    restored: done.restored,
    skipped: done.skipped,
  });
  await tx`
    with ended as (
      update purge_manifests set state = ${outcome}, finished_at = ${done.at}, report = ${tx.json({ ...report })}
      where id = ${purgeId} and finished_at is null returning id, tenant_id
    )
    insert into feed_events (tenant_id, kind, subject_id, detail)
    select tenant_id, ${`purge.${outcome}`}::text, id, ${tx.json({ deleted: done.deleted, bytes_freed: done.bytes })} from ended`;
}
