-- Spots of a camera whose boxes somebody took for what never moves: a branch, a rock. Undone ones stay for the record.
create table repeat_suppressions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  camera_key text not null,
  label text not null,
  -- Shares of the upright picture.
  x real not null,
  y real not null,
  width real not null check (width > 0),
  height real not null check (height > 0),
  -- Boxes that overlap by at least this share are in the spot.
  overlap real not null check (overlap > 0 and overlap <= 1),
  -- How many images had such a box when it was made.
  images integer not null,
  created_at timestamptz not null default now(),
  undone_at timestamptz
);
create index repeat_suppressions_by_camera on repeat_suppressions (tenant_id, camera_key) where undone_at is null;
create index repeat_suppressions_by_time on repeat_suppressions (tenant_id, created_at desc, id);
