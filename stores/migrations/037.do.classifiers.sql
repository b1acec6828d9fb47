-- Classifiers say which animal is in a box that a detector found.

-- Which classifier names the animals of whose pictures. Without a tenant: of all that have none of their own.
create table active_classifiers (
  tenant_id uuid references tenants,
  model_id bigint not null references models,
  since timestamptz not null default now(),
  unique nulls not distinct (tenant_id)
);

alter table assets
  -- The classifier whose words count.
  add column classifier_model_id bigint references models;

-- That a classifier looked at the boxes that a detector gave for a picture.
create table classification_runs (
  asset_id bigint not null references assets on delete cascade,
  model_id bigint not null references models on delete cascade,
  detector_id bigint not null references models on delete cascade,
  tenant_id uuid not null references tenants,
  state text not null check (state in ('done', 'failed')),
  reason text,
  detail text,
  boxes integer not null,
  -- Where the picture was taken, as far as that was known: some kinds cannot be there.
  country text,
  admin1 text,
  took_ms real not null,
  ran_at timestamptz not null default now(),
  primary key (asset_id, model_id, detector_id)
);
create index classification_runs_by_model on classification_runs (model_id);
create index classification_runs_by_detector on classification_runs (detector_id);

-- Raw answers are kept for each classifier; those without one came in a file, together with their boxes.
alter table detection_classifications
  drop constraint detection_classifications_pkey,
  add column model_id bigint references models on delete cascade;
create unique index detection_classifications_key on detection_classifications (detection_id, model_id, label)
  nulls not distinct;
create index detection_classifications_by_model on detection_classifications (model_id) where model_id is not null;

-- What follows from the answers: one label for each box, and which way it came about.
create table detection_predictions (
  detection_id bigint not null references detections on delete cascade,
  model_id bigint not null references models on delete cascade,
  tenant_id uuid not null references tenants,
  asset_id bigint not null references assets on delete cascade,
  label text not null,
  score real not null,
  source text not null,
  primary key (detection_id, model_id)
);
create index detection_predictions_of_asset on detection_predictions (asset_id);
create index detection_predictions_by_model on detection_predictions (model_id);

-- Which kinds can be at a place: ISO 3166-1 alpha-3, and the state in two letters where it is in the USA.
alter table locations
  add column country text check (country ~ '^[A-Z]{3}$'),
  add column admin1 text check (admin1 ~ '^[A-Z]{2}$');
alter table cameras
  add column country text check (country ~ '^[A-Z]{3}$'),
  add column admin1 text check (admin1 ~ '^[A-Z]{2}$');

-- A reprocess may let a model look whose boxes are not to count yet.
alter table reprocesses add column shadow boolean not null default false;
