alter table tenants
  add column state text not null default 'active' check (state in ('active', 'deleting')),
  add column max_assets bigint check (max_assets >= 0),
  -- Of originals.
  add column max_bytes bigint check (max_bytes >= 0),
  add column updated_at timestamptz not null default now();

-- What a tenant has: a sum, and changes to it that were not added yet. Everybody only ever inserts changes, so nobody
-- waits for anybody; whoever reads many of them adds them up.
create table tenant_usage (
  tenant_id uuid primary key references tenants on delete cascade,
  assets bigint not null,
  bytes bigint not null,
  renditions bigint not null,
  rendition_bytes bigint not null
);
create table tenant_usage_changes (
  tenant_id uuid not null,
  assets bigint not null default 0,
  bytes bigint not null default 0,
  renditions bigint not null default 0,
  rendition_bytes bigint not null default 0
);
create index tenant_usage_changes_by_tenant on tenant_usage_changes (tenant_id);

-- An asset counts from its claim until its objects are gone; a rejected one does not.
create function counts_as_used(state text) returns boolean language sql immutable parallel safe
  return state not in ('rejected', 'deleted');

create function note_new_assets() returns trigger language plpgsql as $$
begin
  insert into tenant_usage_changes (tenant_id, assets, bytes)
  select tenant_id, count(*), sum(bytes) from fresh where counts_as_used(state) group by tenant_id;
  return null;
end $$;
create function note_gone_assets() returns trigger language plpgsql as $$
begin
  insert into tenant_usage_changes (tenant_id, assets, bytes)
  select tenant_id, -count(*), -sum(bytes) from gone where counts_as_used(state) group by tenant_id;
  return null;
end $$;
create function note_changed_asset() returns trigger language plpgsql as $$
declare
  was integer := counts_as_used(old.state)::int;
  is_now integer := counts_as_used(new.state)::int;
begin
  insert into tenant_usage_changes (tenant_id, assets, bytes)
  values (new.tenant_id, is_now - was, is_now * new.bytes - was * old.bytes);
  return null;
end $$;
create function note_new_renditions() returns trigger language plpgsql as $$
begin
  insert into tenant_usage_changes (tenant_id, renditions, rendition_bytes)
  select tenant_id, count(*), sum(bytes) from fresh group by tenant_id;
  return null;
end $$;
create function note_gone_renditions() returns trigger language plpgsql as $$
begin
  insert into tenant_usage_changes (tenant_id, renditions, rendition_bytes)
  select tenant_id, -count(*), -sum(bytes) from gone group by tenant_id;
  return null;
end $$;
create function note_changed_rendition() returns trigger language plpgsql as $$
begin
  insert into tenant_usage_changes (tenant_id, rendition_bytes) values (new.tenant_id, new.bytes - old.bytes);
  return null;
end $$;

create trigger usage_of_new_assets after insert on assets referencing new table as fresh
  for each statement execute function note_new_assets();
create trigger usage_of_gone_assets after delete on assets referencing old table as gone
  for each statement execute function note_gone_assets();
create trigger usage_of_changed_assets after update on assets for each row
  when (counts_as_used(old.state) <> counts_as_used(new.state) or old.bytes <> new.bytes)
  execute function note_changed_asset();
create trigger usage_of_new_renditions after insert on renditions referencing new table as fresh
  for each statement execute function note_new_renditions();
create trigger usage_of_gone_renditions after delete on renditions referencing old table as gone
  for each statement execute function note_gone_renditions();
create trigger usage_of_changed_renditions after update on renditions for each row
  when (old.bytes <> new.bytes) execute function note_changed_rendition();

create function fold_usage(tenant uuid) returns void language sql as $$
  with taken as (
    delete from tenant_usage_changes where tenant_id = tenant returning assets, bytes, renditions, rendition_bytes
  )
  insert into tenant_usage (tenant_id, assets, bytes, renditions, rendition_bytes)
  select tenant, sum(assets), sum(bytes), sum(renditions), sum(rendition_bytes) from taken having count(*) > 0
  on conflict (tenant_id) do update set assets = tenant_usage.assets + excluded.assets,
    bytes = tenant_usage.bytes + excluded.bytes, renditions = tenant_usage.renditions + excluded.renditions,
    rendition_bytes = tenant_usage.rendition_bytes + excluded.rendition_bytes
$$;

insert into tenant_usage (tenant_id, assets, bytes, renditions, rendition_bytes)
select t.id, a.assets, a.bytes, r.renditions, r.bytes
from tenants t
cross join lateral (
  select count(*) as assets, coalesce(sum(bytes), 0) as bytes from assets where tenant_id = t.id and counts_as_used(state)) a
cross join lateral (
  select count(*) as renditions, coalesce(sum(bytes), 0) as bytes from renditions where tenant_id = t.id) r;

-- For whoever deletes what these columns point at.
create index assets_by_item on assets (item_id) where item_id is not null;
create index source_items_by_import on source_items (import_id) where import_id is not null;
create index outbox_by_import on outbox (import_id) where import_id is not null;
