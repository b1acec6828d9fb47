-- A named set of images and a question about them that several people answer.
create table campaigns (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  -- What is asked after: is it to be seen?
  label text not null,
  -- What the person gave, to show it again.
  selection jsonb not null,
  images integer not null,
  -- So many people are asked about each image.
  people integer not null check (people between 1 and 20),
  created_at timestamptz not null default now(),
  closed_at timestamptz
);
create index campaigns_by_time on campaigns (tenant_id, created_at desc, id);

-- Which images is settled when the campaign begins.
create table campaign_images (
  campaign_id uuid not null references campaigns on delete cascade,
  asset_id bigint not null references assets on delete cascade,
  tenant_id uuid not null references tenants,
  -- Answers so far.
  answers integer not null default 0,
  primary key (campaign_id, asset_id)
);
create index campaign_images_by_asset on campaign_images (asset_id);
create index campaign_images_to_answer on campaign_images (campaign_id, answers, asset_id);

create table campaign_answers (
  campaign_id uuid not null,
  asset_id bigint not null references assets on delete cascade,
  person text not null,
  tenant_id uuid not null references tenants,
  answer text not null check (answer in ('yes', 'no', 'unsure')),
  at timestamptz not null default now(),
  primary key (campaign_id, asset_id, person),
  foreign key (campaign_id, asset_id) references campaign_images on delete cascade
);
create index campaign_answers_by_asset on campaign_answers (asset_id);

-- A model that looks at images beside the one in use, whose boxes go on counting.
create table model_trials (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  candidate_id bigint not null references models,
  -- The one in use when the trial began.
  current_id bigint not null references models,
  campaign_id uuid references campaigns on delete set null,
  reprocess_id uuid not null references reprocesses,
  images integer not null,
  switch_id uuid references model_switches on delete set null,
  created_at timestamptz not null default now(),
  promoted_at timestamptz,
  rolled_back_at timestamptz
);
create index model_trials_by_time on model_trials (tenant_id, created_at desc, id);
create index model_trials_by_campaign on model_trials (campaign_id) where campaign_id is not null;
create index model_trials_by_reprocess on model_trials (reprocess_id);
create index model_trials_by_switch on model_trials (switch_id) where switch_id is not null;
