-- Pictures that one camera took shortly after one another. A picture alone makes no sequence.
create table sequences (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_key text not null,
  location_id uuid references locations on delete cascade,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  images integer not null,
  -- How many groups of pictures with shorter gaps it is made of.
  bursts integer not null
);
create index sequences_by_time on sequences (tenant_id, started_at, id);
create index sequences_by_camera on sequences (tenant_id, camera_key, started_at, id);

create table sequence_images (
  asset_id bigint primary key references assets on delete cascade,
  sequence_id uuid not null references sequences on delete cascade,
  -- Both count from 1.
  position integer not null,
  burst integer not null
);
create index sequence_images_in_order on sequence_images (sequence_id, position);

-- The longest gaps between two pictures of a sequence and of a burst, in seconds.
alter table tenants
  add column sequence_gap_seconds double precision not null default 60 check (sequence_gap_seconds > 0),
  add column burst_gap_seconds double precision not null default 2 check (burst_gap_seconds > 0);
