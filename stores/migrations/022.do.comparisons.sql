-- Comparisons under way. Each may have objects under its id, which are gone when it is done; a sweep removes those of
-- processes that were killed.
create table comparisons (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  created_at timestamptz not null default now()
);
