-- What renditions are made to. Without a tenant: built in. A change is a new version; the versions before it are retired.
create table presets (
  id bigint generated always as identity primary key,
  tenant_id uuid references tenants,
  name text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
  version integer not null check (version > 0),
  definition jsonb not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  unique nulls not distinct (tenant_id, name, version)
);
-- At most one version of a name is in use.
create unique index presets_current on presets (tenant_id, name) nulls not distinct where retired_at is null;

insert into presets (name, version, definition, created_at)
select name, 1, jsonb_build_object('fit', 'inside', 'width', side, 'height', side, 'format', 'jpeg', 'quality', 80,
  'chroma', '4:2:0', 'background', '#ffffff', 'focus', jsonb_build_object('x', 0.5, 'y', 0.5), 'eager', true), '-infinity'
from (values ('zoom', 1200), ('card', 400), ('thumb', 100)) as built_in (name, side);
