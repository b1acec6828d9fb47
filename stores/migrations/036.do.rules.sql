-- What people want to be told of when it is seen.
create table rules (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  enabled boolean not null default true,
  -- See domain/rule.ts.
  condition jsonb not null,
  -- Pictures of one place with no more than this between them make one alert.
  gap_minutes double precision not null check (gap_minutes >= 0),
  -- Told beside whoever listens to `rule.fired`.
  webhook_id uuid references webhooks on delete set null,
  -- It looks at what happens behind this place in the feed.
  position bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index rules_by_tenant on rules (tenant_id, created_at);
create index rules_by_webhook on rules (webhook_id) where webhook_id is not null;

create table rule_firings (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  rule_id uuid not null references rules on delete cascade,
  place text not null,
  label text not null,
  score real,
  first_at timestamptz not null,
  last_at timestamptz not null,
  fired_at timestamptz not null default now()
);
create index rule_firings_by_time on rule_firings (rule_id, fired_at desc, id);
create index rule_firings_by_place on rule_firings (rule_id, place, last_at);

-- Which pictures an alert is of; a picture is looked at more than once, and counts once.
create table rule_matches (
  rule_id uuid not null references rules on delete cascade,
  asset_id bigint not null references assets on delete cascade,
  tenant_id uuid not null references tenants,
  firing_id uuid not null references rule_firings on delete cascade,
  primary key (rule_id, asset_id)
);
create index rule_matches_by_asset on rule_matches (asset_id);
create index rule_matches_by_firing on rule_matches (firing_id, asset_id);

-- How far the rules have looked into the feed. One row.
create table rule_progress (
  one boolean primary key default true check (one),
  position bigint not null default 0
);
insert into rule_progress (position) select position from feed_head;
