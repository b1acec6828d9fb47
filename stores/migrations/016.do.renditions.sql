alter table assets
  -- What covering renditions are cut around, as shares of the upright width and height.
  add column focal_x double precision check (focal_x between 0 and 1),
  add column focal_y double precision check (focal_y between 0 and 1),
  -- The presets as they were then have been made; null: only what is built in.
  add column presets_as_of timestamptz,
  add check ((focal_x is null) = (focal_y is null));

alter table renditions
  -- The asset's focal point, where it was used.
  add column focus text not null default '',
  -- Made on the fly, and removed when nobody asks for it any more.
  add column transient boolean not null default false,
  add column used_at timestamptz not null default now();
create index renditions_transient on renditions (tenant_id, used_at) where transient;

-- Objects without a row, written down before they are put and after they were replaced: nothing is ever lost sight of.
create table loose_objects (
  key text primary key,
  tenant_id uuid not null references tenants,
  -- From then on nobody puts or reads it, and it can be deleted.
  due_at timestamptz not null
);
create index loose_objects_due on loose_objects (due_at);
