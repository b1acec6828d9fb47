-- Cameras, what is captured of them, and when they were not seen.

create table cameras (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  -- What clients call it: `camera_id` of the older ingestion service.
  key text not null,
  name text not null,
  -- Canonical, without user name and password.
  address text not null,
  credential_id uuid references credentials on delete set null,
  -- What a session is captured with where its order says nothing; see domain/camera.ts.
  defaults jsonb not null default '{}',
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  timezone text,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  last_frame_at timestamptz,
  -- What is wrong with its pictures at the moment.
  health text[] not null default '{}',
  health_since timestamptz,
  -- The lease of its one connection: many cameras serve only one.
  connection_holder uuid,
  connection_until timestamptz,
  -- Somebody looks at it until then.
  live_until timestamptz
);
create unique index cameras_key on cameras (tenant_id, key) where deleted_at is null;
create index cameras_by_name on cameras (tenant_id, name, id) where deleted_at is null;
create index cameras_by_credential on cameras (credential_id) where credential_id is not null;

-- Never changed: frames say which version held when they were taken. The highest is the current one.
create table camera_calibrations (
  camera_id uuid not null references cameras on delete cascade,
  version integer not null check (version > 0),
  tenant_id uuid not null references tenants,
  intrinsics jsonb,
  distortion jsonb,
  extrinsics jsonb,
  note text,
  created_at timestamptz not null default now(),
  primary key (camera_id, version)
);

-- Sessions that begin and end by the clock or the sun.
create table capture_windows (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_id uuid not null references cameras on delete cascade,
  name text not null,
  -- `HH:MM`, or `sunrise` or `sunset` with an offset such as `-00:30`, in the time zone of the camera.
  from_spec text not null,
  to_spec text not null,
  -- ISO 8601: 1 is Monday.
  days integer[] not null,
  "order" jsonb not null,
  enabled boolean not null default true,
  -- Raised with every change, so that the schedule in Temporal can be brought up to it.
  revision integer not null default 1,
  scheduled_revision integer not null default 0,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index capture_windows_by_camera on capture_windows (camera_id, created_at) where deleted_at is null;
create index capture_windows_unscheduled on capture_windows (updated_at) where revision <> scheduled_revision;

create table capture_sessions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_id uuid not null references cameras,
  -- Only where the request named another address than that of the camera; then the camera's credentials are not used.
  address text,
  credential_id uuid references credentials on delete set null,
  "order" jsonb not null,
  state text not null default 'pending' check (state in
    ('pending', 'connecting', 'capturing', 'waiting', 'paused', 'needs_attention', 'completed', 'stopped', 'failed')),
  wanted text not null default 'run' check (wanted in ('run', 'paused', 'stopped')),
  frames bigint not null default 0,
  dropped bigint not null default 0,
  -- Frames that showed nothing new.
  unchanged bigint not null default 0,
  reconnects integer not null default 0,
  first_frame_at timestamptz,
  last_frame_at timestamptz,
  -- While it waits: until when.
  next_try_at timestamptz,
  failure_type text,
  failure_detail text,
  window_id uuid references capture_windows on delete set null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz not null default now()
);
create index capture_sessions_by_camera on capture_sessions (camera_id, created_at desc, id);
create index capture_sessions_open on capture_sessions (camera_id, created_at desc, id) where ended_at is null;
create index capture_sessions_by_credential on capture_sessions (credential_id) where credential_id is not null;
create index capture_sessions_by_window on capture_sessions (window_id) where window_id is not null;

-- When a session wanted to see its camera and did not, and why.
create table capture_gaps (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_id uuid not null references cameras,
  session_id uuid not null references capture_sessions on delete cascade,
  from_at timestamptz not null,
  -- `null`: it is not over.
  to_at timestamptz check (to_at >= from_at),
  reason text not null,
  detail text
);
create unique index capture_gaps_open on capture_gaps (session_id) where to_at is null;
create index capture_gaps_by_camera on capture_gaps (camera_id, from_at desc, id desc);
create index capture_gaps_by_session on capture_gaps (session_id);

create table capture_frames (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_id uuid not null references cameras,
  session_id uuid not null references capture_sessions on delete cascade,
  seq bigint not null,
  captured_at timestamptz not null,
  -- The item that carries it through the pipeline; its asset is the frame's.
  item_id bigint references import_items on delete set null,
  width integer not null,
  height integer not null,
  bytes integer not null,
  keyframe boolean,
  flags text[] not null default '{}',
  -- How much of the picture changed since the one before, 0 to 1.
  change_share real,
  calibration_version integer,
  unique (session_id, seq)
);
create index capture_frames_by_camera on capture_frames (camera_id, captured_at desc, id desc);
-- Few have flags, and those are looked for.
create index capture_frames_flagged on capture_frames (camera_id, captured_at desc, id desc) where flags <> '{}';
create index capture_frames_by_item on capture_frames (item_id) where item_id is not null;

-- The newest picture of cameras that somebody looks at. Of no worth after a crash, and rewritten some times a second.
create unlogged table live_frames (
  camera_id uuid primary key references cameras on delete cascade,
  jpeg bytea not null,
  width integer not null,
  height integer not null,
  at timestamptz not null
) with (fillfactor = 50);
-- JPEGs do not get smaller.
alter table live_frames alter column jpeg set storage external;
