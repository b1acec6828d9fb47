-- What became of the last time that a worker opened a model.
alter table models
  add column checked_at timestamptz,
  add column check_state text check (check_state in ('ok', 'failed')),
  add column check_type text,
  add column check_detail text,
  add column check_ms real;

-- Who looked at pictures from when on. Undoing one is another one.
create table model_switches (
  id uuid primary key default gen_random_uuid(),
  -- Null: of all tenants that have no model of their own.
  tenant_id uuid references tenants,
  role text not null check (role in ('detector', 'classifier')),
  -- Null: none.
  from_model_id bigint references models,
  to_model_id bigint references models,
  switched_at timestamptz not null default clock_timestamp(),
  undone_at timestamptz
);
create index model_switches_by_time on model_switches (tenant_id, role, switched_at desc);
