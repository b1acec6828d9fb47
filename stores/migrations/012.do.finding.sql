-- Each way to filter has an index in the order that its pictures are asked for; without, a filter whose pictures lie at
-- the far end of that order would read all others first. Chosen by measurement; see docs/performance.md, Q1.
create extension if not exists pg_trgm;

alter table assets
  -- Pictures without a time come before all others.
  add column taken_order timestamptz not null generated always as (coalesce(captured_at, '-infinity')) stored,
  -- Names may be longer than a btree entry.
  add column name_order text collate "C" not null generated always as (left(lower(name), 200)) stored,
  add column words text not null generated always as (asset_words(name, title, description, keywords)) stored;

drop index assets_library;
drop index assets_library_by_source;

-- What these include is what a walk along them may have to pass over hundreds of thousands of images by: the year before
-- last in the order of arrival, say. Looking that up in the rows takes ten times as long.
create index assets_by_created on assets (tenant_id, created_at, id)
  include (taken_order, source_kind, camera_key, location_id) where state = 'ready';
create index assets_by_taken on assets (tenant_id, taken_order, id)
  include (created_at, source_kind, camera_key, location_id) where state = 'ready';
create index assets_by_name on assets (tenant_id, name_order, id)
  include (taken_order, created_at, source_kind, camera_key, location_id) where state = 'ready';
create index assets_by_bytes on assets (tenant_id, bytes, id)
  include (taken_order, created_at, source_kind, camera_key, location_id) where state = 'ready';
create index assets_by_source on assets (tenant_id, source_kind, created_at, id) where state = 'ready';
create index assets_by_source_taken on assets (tenant_id, source_kind, taken_order, id) where state = 'ready';
create index assets_by_format on assets (tenant_id, format, created_at, id) where state = 'ready';
create index assets_by_camera on assets (tenant_id, camera_key, created_at, id) include (name_order, bytes) where state = 'ready';
create index assets_by_camera_taken on assets (tenant_id, camera_key, taken_order, id) where state = 'ready';
create index assets_by_model on assets (tenant_id, camera_make, camera_model, created_at, id) where state = 'ready';
create index assets_by_location on assets (tenant_id, location_id, created_at, id) include (name_order, bytes) where state = 'ready';
create index assets_by_location_taken on assets (tenant_id, location_id, taken_order, id) where state = 'ready';
create index assets_by_user on assets (tenant_id, user_id, created_at, id) where state = 'ready';
create index assets_by_pull_source on assets (tenant_id, pull_source_id, created_at, id) where state = 'ready';
create index assets_by_import on assets (tenant_id, import_id, created_at, id) where state = 'ready';
create index assets_by_place on assets (tenant_id, latitude, longitude) where state = 'ready' and latitude is not null;
create index assets_by_width on assets (tenant_id, width) where state = 'ready';
create index assets_by_height on assets (tenant_id, height) where state = 'ready';
create index assets_by_words on assets using gin (words gin_trgm_ops) where state = 'ready';
-- Everything that is shown and not ready is little beside what is.
create index assets_not_ready on assets (tenant_id, state, created_at, id)
  where state in ('pending', 'rejected', 'failed', 'trashed');
