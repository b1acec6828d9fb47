-- Files made of many images for other programs. Which images is settled when the export is asked for; what is known of
-- them is collected in parts, which are objects, and then written as one file.
create table exports (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  format text not null
    check (format in ('megadetector', 'coco', 'camtrap_dp', 'csv', 'yolo', 'darwin_core')),
  -- What the person gave, for the format and to show it again.
  options jsonb not null,
  selection jsonb not null,
  state text not null default 'pending'
    check (state in ('pending', 'collecting', 'writing', 'completed', 'failed', 'cancelled', 'expired')),
  images integer not null,
  -- Images that the format has no place for, by why.
  left_out jsonb not null default '{}',
  object_key text,
  bytes bigint,
  sha256 bytea check (length(sha256) = 32),
  error_type text,
  error_detail text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  expires_at timestamptz,
  check (state <> 'completed' or (object_key is not null and bytes is not null and sha256 is not null))
);
create index exports_by_time on exports (tenant_id, created_at desc, id);
create index exports_to_expire on exports (expires_at) where state = 'completed';

create table export_images (
  export_id uuid not null references exports on delete cascade,
  tenant_id uuid not null references tenants,
  -- By place, camera and time, from 1 on. What is deleted for good leaves a hole.
  position integer not null,
  asset_id bigint not null references assets on delete cascade,
  primary key (export_id, position)
);
create index export_images_by_asset on export_images (asset_id);

create table export_parts (
  export_id uuid not null references exports on delete cascade,
  tenant_id uuid not null references tenants,
  part integer not null,
  object_key text not null,
  images integer not null,
  primary key (export_id, part)
);
