-- Reviews that merged near-duplicates: what went to the trash and what the kept asset took over, so that it can be undone.
create table duplicate_merges (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  keep_id bigint not null references assets on delete cascade,
  removed_ids bigint[] not null,
  -- One entry for each field taken over: which, from whom, the values before and after.
  changes jsonb not null,
  created_at timestamptz not null default now(),
  undone_at timestamptz
);
create index duplicate_merges_by_time on duplicate_merges (tenant_id, created_at desc, id);
create index duplicate_merges_by_removed on duplicate_merges using gin (removed_ids);
-- The kept asset shows where the merged ones came from.
create index assets_merged on assets (merged_into) where merged_into is not null;
