-- Times of many images moved at once, and what they were before.
create table clock_corrections (
  id uuid primary key default gen_random_uuid(),
  -- Later corrections have greater numbers.
  number bigint not null generated always as identity,
  tenant_id uuid not null references tenants,
  state text not null default 'applying' check (state in ('applying', 'applied', 'undoing', 'undone')),
  -- {"shift_seconds": n} or {"timezone": name}, and what the person gave for it.
  change jsonb not null,
  selection jsonb not null,
  images integer not null default 0,
  created_at timestamptz not null default now(),
  applied_at timestamptz,
  undone_at timestamptz
);
create index clock_corrections_by_tenant on clock_corrections (tenant_id, number desc);
-- Two at a time could touch the same images in an order that nobody knows.
create unique index clock_corrections_one_at_a_time on clock_corrections (tenant_id) where state in ('applying', 'undoing');

create table clock_correction_assets (
  correction_id uuid not null references clock_corrections on delete cascade,
  asset_id bigint not null references assets on delete cascade,
  applied boolean not null default false,
  captured_at timestamptz,
  captured_local text,
  captured_offset smallint,
  captured_confidence text,
  captured_flags text[],
  primary key (correction_id, asset_id)
);
create index clock_correction_assets_by_asset on clock_correction_assets (asset_id);
create index clock_correction_assets_to_do on clock_correction_assets (correction_id, applied, asset_id);
