-- Models that were added, by the digest of their file. What is removed stays as a row while boxes name it.
create table models (
  id bigint generated always as identity primary key,
  name text not null,
  version text not null,
  family text not null,
  sha256 bytea not null check (length(sha256) = 32),
  bytes bigint not null,
  manifest jsonb not null,
  created_at timestamptz not null default now(),
  removed_at timestamptz
);
create unique index models_by_name on models (name, version) where removed_at is null;
create unique index models_by_digest on models (sha256) where removed_at is null;

-- The words of a model, and the score from which its boxes of each are shown.
create table model_classes (
  model_id bigint not null references models on delete cascade,
  class smallint not null,
  label text not null,
  threshold real not null check (threshold between 0 and 1),
  primary key (model_id, class)
);

-- The same as a tenant wants it.
create table model_thresholds (
  tenant_id uuid not null references tenants,
  model_id bigint not null references models on delete cascade,
  label text not null,
  threshold real not null check (threshold between 0 and 1),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, model_id, label)
);

-- Which detector looks at whose pictures. Without a tenant: at those of all that have none of their own.
create table active_detectors (
  tenant_id uuid references tenants,
  model_id bigint not null references models,
  since timestamptz not null default now(),
  unique nulls not distinct (tenant_id)
);

alter table assets
  -- The model whose boxes count.
  add column detection_model_id bigint references models;
create index assets_without_boxes on assets (tenant_id, id) where state = 'ready' and detection_state is distinct from 'done';

-- That a model looked at a picture. Written before the asset is ready; what was looked at is not looked at again.
create table detection_runs (
  asset_id bigint not null references assets on delete cascade,
  model_id bigint not null references models on delete cascade,
  tenant_id uuid not null references tenants,
  state text not null check (state in ('done', 'failed')),
  reason text,
  detail text,
  -- Of the picture that the model saw.
  width integer not null,
  height integer not null,
  took_ms real not null,
  ran_at timestamptz not null default now(),
  primary key (asset_id, model_id)
);
create index detection_runs_by_model on detection_runs (model_id);

-- Every box that a model gave, however unsure; what is shown is decided when somebody looks.
create table detections (
  id bigint generated always as identity primary key,
  asset_id bigint not null references assets on delete cascade,
  model_id bigint not null references models on delete cascade,
  tenant_id uuid not null references tenants,
  class smallint not null,
  label text not null,
  score real not null check (score between 0 and 1),
  -- Shares of the upright picture.
  x real not null,
  y real not null,
  width real not null,
  height real not null
);
create index detections_of_asset on detections (asset_id, model_id);
create index detections_by_label on detections (tenant_id, label, score) include (asset_id, model_id);
create index detections_by_model on detections (model_id);

-- A reprocess may be about boxes instead of renditions.
alter table reprocesses add column model_id bigint references models;
