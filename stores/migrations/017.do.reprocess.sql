-- Renditions of many assets made anew: what of, for which presets, and how far it came.
create table reprocesses (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  -- Null: all that are eager.
  preset text,
  -- Null: all assets.
  asset_ids bigint[],
  state text not null default 'pending'
    check (state in ('pending', 'processing', 'paused', 'completed', 'cancelled')),
  total integer,
  -- Assets up to here are done with.
  cursor bigint not null default 0,
  checked integer not null default 0,
  made integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
create index reprocesses_by_time on reprocesses (tenant_id, created_at desc);

create table reprocess_failures (
  reprocess_id uuid not null references reprocesses on delete cascade,
  asset_id bigint not null references assets on delete cascade,
  type text not null,
  detail text not null,
  at timestamptz not null default now(),
  primary key (reprocess_id, asset_id)
);
