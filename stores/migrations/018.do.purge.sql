-- What a purge may take: frozen first, then approved as it stands, then carried out.
create table purge_manifests (
  id uuid primary key default gen_random_uuid(),
  -- `null`: of all tenants.
  tenant_id uuid references tenants on delete cascade,
  days integer not null check (days >= 0),
  trashed_only boolean not null,
  asked_by text not null check (asked_by in ('person', 'schedule')),
  state text not null default 'listed'
    check (state in ('listed', 'approved', 'hidden', 'deleting', 'completed', 'undone')),
  assets integer not null default 0,
  bytes bigint not null default 0,
  oldest timestamptz,
  newest timestamptz,
  -- `false`: more would go than one manifest holds; another purge takes the rest.
  complete boolean not null default true,
  digest bytea check (length(digest) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  approved_at timestamptz,
  undo_until timestamptz,
  undo_asked_at timestamptz,
  finished_at timestamptz,
  report jsonb
);
create index purge_manifests_by_time on purge_manifests (created_at desc);

create table purge_manifest_assets (
  purge_id uuid not null references purge_manifests on delete cascade,
  asset_id bigint not null references assets on delete cascade,
  tenant_id uuid not null references tenants,
  -- Of the original and its renditions.
  bytes bigint not null,
  why text not null check (why in ('age', 'trash')),
  state text not null default 'listed'
    check (state in ('listed', 'hidden', 'deleting', 'deleted', 'skipped', 'restored')),
  reason text,
  -- How the asset lay in the trash before, to put it back there.
  was_trashed_at timestamptz,
  was_trashed_by text,
  primary key (purge_id, asset_id)
);
create index purge_manifest_assets_by_state on purge_manifest_assets (purge_id, state, asset_id);
create index purge_manifest_assets_by_asset on purge_manifest_assets (asset_id);

-- The purge that holds a trashed asset; whoever takes the asset back clears it.
alter table assets add column purge_id uuid;

-- A purge may be about all tenants.
alter table outbox alter column tenant_id drop not null;

-- Makes tombstones of assets whose objects are gone: the row keeps its identity, so that its ledger knows it, and
-- loses everything that says what was in the picture. A column or dependent table that is added later is wiped too,
-- unless it is named here.
create function bury_assets(ids bigint[]) returns void language plpgsql as $$
declare
  kept constant text[] := array['id', 'uid', 'tenant_id', 'state', 'sha256', 'bytes', 'claim', 'item_id', 'media_type',
    'source_kind', 'original_stored_at', 'created_at', 'updated_at', 'ready_at', 'trashed_at', 'trashed_by', 'purge_id'];
  wiped text;
  dependent record;
begin
  select string_agg(format('%I = %s', attname,
      case when atthasdef then 'default' when attnotnull then quote_literal('') else 'null' end), ', ')
    into wiped
    from pg_attribute
    where attrelid = 'assets'::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
      and attname <> all (kept);
  execute format('update assets set state = ''deleted'', updated_at = now(), %s where id = any ($1) and state = ''deleting''',
    wiped) using ids;
  -- What goes with the row of an asset goes with what the row said.
  for dependent in
    select c.conrelid::regclass as child, a.attname as col from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'assets'::regclass and c.confdeltype = 'c' and array_length(c.conkey, 1) = 1
      and c.conrelid not in ('events'::regclass, 'purge_manifest_assets'::regclass)
  loop
    execute format('delete from %s where %I = any ($1)', dependent.child, dependent.col) using ids;
  end loop;
  update import_items set name = '', external_id = '', locator = null, hashes = null, detail = null
    where asset_id = any (ids);
  update source_items set external_id = '' where asset_id = any (ids);
  update events set detail = '{}' where detail <> '{}'
    and (asset_id = any (ids) or item_id in (select id from import_items where asset_id = any (ids)));
end $$;
