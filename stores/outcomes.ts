import type { EndedItem, RenderedItem } from '../domain/batch.ts';
import type { DetectionState } from '../domain/detection.ts';
import { storableShort } from '../domain/text.ts';
import { hidePeople } from './detection/labels.ts';
import { placeAssets } from './duplicates/place.ts';
import { handedIn } from './handedIn.ts';
import type { Sql } from './postgres/database.ts';

export interface BatchOutcome {
  importId: string;
  rendered: readonly RenderedItem[];
  ended: readonly EndedItem[];
  /** Of those that no model looked at; what it saw of the others is in the rows of its runs. */
  detection: { state: DetectionState; reason: string | null; model?: number };
}

/**
 * The store stage: one set-based transaction that gives every item of a batch its final state, its assets theirs,
 * the ledger its versions and the timeline its events. Running it again changes nothing.
 *
 * Items that counted as duplicates of an asset share its fate when it is rejected or fails later, and the other
 * way round: a duplicate of an asset that turned out bad meanwhile takes over its reason.
 */
export async function recordOutcomes(
  tx: Sql,
  batch: BatchOutcome,
): Promise<{ rejectedAssets: { tenantId: string; uid: string }[] }> {
  const ended = batch.ended.map((end) => ({
    item: end.item,
    outcome: end.outcome,
    reason: end.reason,
    detail: end.detail === undefined ? null : storableShort(end.detail),
    asset: end.asset ?? null,
  }));
  const stored = batch.rendered.map(({ item, asset }) => ({
    item,
    asset,
    outcome: 'stored',
    reason: null,
    detail: null,
  }));
  // Waits for batches that settle these assets at this moment; the lock order is by id.
  await tx`
    select id from assets where id = any(${[...ended, ...stored].flatMap((e) => (e.asset === null ? [] : [e.asset]))}::bigint[])
    order by id for update`;
  await tx`
    with ends as (
      select * from jsonb_to_recordset(${tx.json([...ended, ...stored])})
        as t(item bigint, outcome text, reason text, detail text, asset bigint)
    ), own as (
      -- The assets that these items brought in take the state of their item. That a model looked at the batch says
      -- nothing of a picture that has no run of it.
      update assets a set
        state = case e.outcome when 'stored' then 'ready' when 'rejected' then 'rejected' else 'failed' end,
        reason = e.reason, detail = e.detail, updated_at = now(),
        ready_at = case when e.outcome = 'stored' then now() end,
        detection_state = case when e.outcome = 'stored' then coalesce(r.state, 'skipped') end,
        detection_reason = case when e.outcome <> 'stored' then null when r.state is null then ${batch.detection.reason}
          else r.reason end,
        detection_model_id = case when e.outcome = 'stored' and r.state = 'done' then r.model_id end,
        classifier_model_id = case when e.outcome = 'stored' and r.state = 'done' then (
          select c.model_id from classification_runs c
          where c.asset_id = e.asset and c.detector_id = r.model_id and c.state = 'done'
          order by c.ran_at desc limit 1) end
      from ends e
      left join detection_runs r on r.asset_id = e.asset and r.model_id = ${batch.detection.model ?? null}
      where a.id = e.asset and a.item_id = e.item and a.state = 'pending' and e.outcome in ('stored', 'rejected', 'failed')
      returning a.id, a.state, a.reason, a.detail
    ), settled as (
      update import_items i set
        state = coalesce(bad.state, e.outcome),
        reason = case when bad.state is null then e.reason else bad.reason end,
        detail = case when bad.state is null then e.detail else bad.detail end,
        asset_id = coalesce(e.asset, i.asset_id), updated_at = now()
      from ends e
      left join lateral (
        -- A statement sees its own updates only through what they return, so look there first.
        select * from (
          select state, reason, detail from own where own.id = e.asset
          union all select a.state, a.reason, a.detail from assets a where a.id = e.asset
        ) now_or_before
        where e.outcome = 'duplicate' and state in ('rejected', 'failed') limit 1
      ) bad on true
      where i.id = e.item and i.state = 'pending'
      returning i.id, i.state, i.reason, i.detail, i.asset_id, i.attempts, i.import_id, i.tenant_id
    ), cascaded as (
      update import_items i set state = own.state, reason = own.reason, detail = own.detail, updated_at = now()
      from own
      where own.state in ('rejected', 'failed') and i.asset_id = own.id and i.state = 'duplicate'
        and i.id not in (select item from ends)
      returning i.id, i.state, i.reason, i.detail, i.asset_id, i.attempts, i.import_id, i.tenant_id
    )
    insert into events (tenant_id, import_id, item_id, asset_id, kind, detail)
    select tenant_id, import_id, id, asset_id, 'item.' || state,
      jsonb_strip_nulls(jsonb_build_object('reason', reason, 'detail', detail, 'attempts', nullif(attempts, 0)))
    from (select * from settled union all select * from cascaded) s`;
  const items = [...ended, ...stored].map((e) => e.item);
  const assets = stored.map((e) => e.asset).concat(ended.flatMap((e) => (e.asset === null ? [] : [e.asset])));
  // The ledger, for these items and for those that a rejection took along. What is handed in has no versions to know again.
  await tx`
    insert into source_items (source_id, item_key, tenant_id, external_id, version, outcome, asset_id, import_id)
    select distinct on (m.source_id, i.item_key) m.source_id, i.item_key, i.tenant_id, i.external_id, i.version, i.state, i.asset_id, i.import_id
    from import_items i join imports m on m.id = i.import_id
    where (i.id = any(${items}::bigint[]) or (i.asset_id = any(${assets}::bigint[]) and i.state = 'rejected'))
      and i.state in ('stored', 'duplicate', 'rejected') and m.kind not ${handedIn(tx)}
    -- A forced import meets versions that earlier imports brought in: the latest word counts.
    order by m.source_id, i.item_key, i.id desc
    on conflict (source_id, item_key) do update set outcome = excluded.outcome, asset_id = excluded.asset_id,
      import_id = excluded.import_id, updated_at = now()`;
  const rejectedAssets = await tx<{ tenantId: string; uid: string }[]>`
    select tenant_id as "tenantId", uid from assets where id = any(${assets}::bigint[]) and state = 'rejected'`;
  await tx`
    with done as (
      update imports set state = 'completed', finished_at = now(), updated_at = now()
      where id = ${batch.importId} and kind ${handedIn(tx)} and state in ('pending', 'processing')
        and not exists (select from import_items where import_id = ${batch.importId} and state = 'pending')
    )
    select pg_notify('tributary_imports', ${batch.importId})`;
  await placeAssets(
    tx,
    stored.map(({ asset }) => asset),
  );
  // What they were rendered to shows everybody; who is to be unrecognisable is known only now.
  await hidePeople(
    tx,
    await peopled(
      tx,
      stored.map(({ asset }) => asset),
    ),
  );
  return { rejectedAssets };
}

/** Of the given assets, those in which somebody is shown. */
async function peopled(tx: Sql, assetIds: readonly number[]): Promise<number[]> {
  const rows = await tx<{ id: number }[]>`
    select id from assets where id = any(${assetIds as number[]}::bigint[]) and people <> ''`;
  return rows.map(({ id }) => id);
}
