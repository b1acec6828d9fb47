-- What a classifier said of a box. Boxes that no classifier looked at have none.
create table detection_classifications (
  detection_id bigint not null references detections on delete cascade,
  tenant_id uuid not null references tenants,
  asset_id bigint not null references assets on delete cascade,
  -- As the classifier's list of labels has it.
  label text not null,
  score real not null check (score between 0 and 1),
  primary key (detection_id, label)
);
create index detection_classifications_of_asset on detection_classifications (asset_id);
create index detection_classifications_by_label on detection_classifications (tenant_id, label);

-- Files of detections that people brought from elsewhere, and what became of them.
create table detection_files (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  format text not null check (format in ('megadetector', 'coco')),
  name text not null,
  -- What the boxes are said to be from.
  model_name text not null,
  model_id bigint references models,
  object_key text not null,
  bytes bigint not null,
  sha256 bytea not null check (length(sha256) = 32),
  state text not null default 'pending' check (state in ('pending', 'processing', 'completed', 'failed')),
  -- Entries of the file that are done with.
  cursor integer not null default 0,
  matched integer not null default 0,
  boxes integer not null default 0,
  problem_count integer not null default 0,
  error_type text,
  error_detail text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
create index detection_files_by_time on detection_files (tenant_id, created_at desc, id);

-- The first problems of a file; all of them are counted.
create table detection_file_problems (
  file_id uuid not null references detection_files on delete cascade,
  tenant_id uuid not null references tenants,
  position integer not null,
  place text not null,
  detail text not null,
  primary key (file_id, position)
);
