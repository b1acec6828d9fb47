-- Batches of frames of one camera, as older clients send them.
create table ingest_requests (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  source_type text not null check (source_type in ('upload')),
  -- The client's own name of the camera.
  camera_id text not null,
  created_at timestamptz not null default now()
);

create table ingest_frames (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  request_id uuid not null references ingest_requests on delete cascade,
  position integer not null,
  name text not null,
  -- The item that carries the frame through the pipeline; `null`: none yet, or it was refused.
  item_id bigint references import_items on delete set null,
  reason text,
  detail text,
  created_at timestamptz not null default now(),
  unique (request_id, position)
);
create index ingest_frames_by_item on ingest_frames (item_id) where item_id is not null;
