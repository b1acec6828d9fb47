-- Every row that belongs to a tenant says so, from the first migration on.

create table tenants (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  created_at timestamptz not null default now()
);

-- One place that images come from. `address` is canonical and holds no credentials.
create table sources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  kind text not null,
  address text not null,
  created_at timestamptz not null default now()
);
-- Addresses may be longer than a btree entry.
create unique index sources_identity on sources (tenant_id, kind, md5(address));

create table imports (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  source_id uuid not null references sources,
  kind text not null,
  address text not null,
  settings jsonb,
  force boolean not null default false,
  timezone text,
  state text not null default 'pending'
    check (state in ('pending', 'processing', 'paused', 'completed', 'failed', 'cancelled')),
  listing_complete boolean not null default false,
  cursor jsonb,
  pages integer not null default 0,
  -- Items waiting for a batch are numbered; batch n carries the slots [n * size, (n + 1) * size).
  next_slot integer not null default 0,
  error_type text,
  error_detail text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
create index imports_by_time on imports (tenant_id, created_at desc);
create index imports_open on imports (created_at) where state in ('pending', 'processing', 'paused');

-- An asset is unique by (tenant, SHA-256) while it lives. `id` is what clients see, `uid` names its objects.
create table assets (
  id bigint generated always as identity primary key,
  uid uuid not null unique default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  state text not null default 'pending'
    check (state in ('pending', 'ready', 'rejected', 'failed', 'deleting', 'deleted')),
  sha256 bytea not null check (length(sha256) = 32),
  md5 bytea not null check (length(md5) = 16),
  bytes bigint not null,
  name text not null,
  media_type text not null,
  source_kind text not null,
  -- Whoever claims last owns the asset until its original is stored; see docs/architecture.md, "Claim".
  claim uuid not null,
  item_id bigint,
  original_stored_at timestamptz,
  modified_at timestamptz,
  reason text,
  detail text,
  pipeline_version integer,
  format text,
  width integer,
  height integer,
  pages integer,
  orientation smallint,
  has_alpha boolean,
  colour_space text,
  bit_depth smallint,
  captured_at timestamptz,
  captured_at_origin text,
  captured_local text,
  camera_make text,
  camera_model text,
  latitude double precision,
  longitude double precision,
  exif jsonb not null default '{}',
  phash bit(64),
  thumbhash bytea,
  detection_state text,
  detection_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ready_at timestamptz
);
create unique index assets_content on assets (tenant_id, sha256) where state in ('pending', 'ready', 'failed');
create index assets_library on assets (tenant_id, id desc) where state = 'ready';
create index assets_library_by_source on assets (tenant_id, source_kind, id desc) where state = 'ready';
create index assets_unfinished on assets (updated_at) where state in ('pending', 'deleting');

create table renditions (
  asset_id bigint not null references assets on delete cascade,
  preset text not null,
  version integer not null,
  tenant_id uuid not null references tenants,
  object_key text not null unique,
  width integer not null,
  height integer not null,
  bytes bigint not null,
  sha256 bytea not null check (length(sha256) = 32),
  media_type text not null default 'image/jpeg',
  created_at timestamptz not null default now(),
  primary key (asset_id, preset, version)
);

create table import_items (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  import_id uuid not null references imports on delete cascade,
  -- SHA-256 of external id, NUL, version: ids may be longer than a btree entry.
  item_key bytea not null check (length(item_key) = 32),
  external_id text not null,
  name text not null,
  locator jsonb,
  size bigint,
  size_exact boolean not null default false,
  modified_at timestamptz,
  version text not null,
  slot integer,
  state text not null default 'pending'
    check (state in ('pending', 'stored', 'duplicate', 'skipped', 'rejected', 'failed')),
  reason text,
  detail text,
  asset_id bigint references assets,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (import_id, item_key),
  check (state in ('pending', 'stored') or reason is not null)
);
create index import_items_by_state on import_items (import_id, state);
create index import_items_by_slot on import_items (import_id, slot) where slot is not null;
create index import_items_by_asset on import_items (asset_id) where asset_id is not null;
create index import_items_failed on import_items (tenant_id, updated_at desc) where state = 'failed';

alter table assets add foreign key (item_id) references import_items on delete set null;

-- The ledger: a version listed here is never fetched again.
create table source_items (
  source_id uuid not null references sources on delete cascade,
  item_key bytea not null,
  tenant_id uuid not null references tenants,
  external_id text not null,
  version text not null,
  outcome text not null check (outcome in ('stored', 'duplicate', 'rejected')),
  asset_id bigint references assets,
  import_id uuid references imports on delete set null,
  updated_at timestamptz not null default now(),
  primary key (source_id, item_key)
);
create index source_items_by_asset on source_items (asset_id);

-- The timeline: what happened to an asset, item or import, when, with which attempt, and why.
create table events (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  at timestamptz not null default now(),
  kind text not null,
  import_id uuid references imports on delete cascade,
  item_id bigint references import_items on delete cascade,
  asset_id bigint references assets on delete cascade,
  detail jsonb not null default '{}'
);
create index events_by_asset on events (asset_id, id) where asset_id is not null;
create index events_by_item on events (item_id, id) where item_id is not null;
create index events_by_import on events (import_id, id) where import_id is not null;

-- Things to tell Temporal, written in the transaction that made them true.
create table outbox (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  kind text not null check (kind in ('run-import', 'process-upload')),
  import_id uuid not null references imports on delete cascade,
  created_at timestamptz not null default now(),
  attempts integer not null default 0,
  next_try_at timestamptz not null default now(),
  sent_at timestamptz
);
create index outbox_unsent on outbox (next_try_at) where sent_at is null;

-- The dead letters: what was tried as often as the rules allow and still failed.
create view poison_jobs as
  select i.id as job_id, i.tenant_id, i.import_id, i.asset_id, i.name, i.reason, i.detail, i.attempts, i.updated_at as failed_at
  from import_items i
  where i.state = 'failed';
