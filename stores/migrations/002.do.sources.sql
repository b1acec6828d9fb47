-- What sources are asked with, how politely, and how often.

-- Sealed with AES-256-GCM; tenant, id and kind are authenticated with it, so a row is of no use in another's place.
create table credentials (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  kind text not null,
  key_id text not null,
  sealed bytea not null,
  -- Keyed hash of the secret: the same credentials share one request budget without being comparable by others.
  fingerprint text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index credentials_by_key on credentials (key_id);

-- The turns of one account at a provider, shared by all imports and processes. See stores/budgets/reserve.ts.
create table request_budgets (
  key text primary key,
  -- When the next request is due if all went out evenly.
  due timestamptz not null default now(),
  -- Nobody asks before: the provider said so.
  blocked_until timestamptz,
  updated_at timestamptz not null default now()
);
create table request_shares (
  key text not null references request_budgets on delete cascade,
  tenant_id uuid not null references tenants,
  due timestamptz not null default now(),
  asked_at timestamptz not null default now(),
  primary key (key, tenant_id)
);

create table users (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  email text,
  created_at timestamptz not null default now()
);
create table locations (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  timezone text,
  created_at timestamptz not null default now()
);

-- A source that is pulled on a schedule.
create table pull_sources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  source_id uuid not null references sources,
  name text not null,
  user_id uuid references users,
  location_id uuid references locations,
  kind text not null,
  -- As it was given; the canonical address is that of the source.
  base_url text not null,
  address text not null,
  settings jsonb not null default '{}',
  -- What was given beside the address, to show it again.
  options jsonb not null default '{}',
  auth_type text not null default 'none',
  auth_username text,
  auth_header text,
  credential_id uuid references credentials,
  is_active boolean not null default true,
  -- {"cron": "0 * * * *"} or {"every_seconds": 3600}, with jitter.
  schedule jsonb not null,
  timezone text,
  max_files_per_run integer check (max_files_per_run > 0),
  settle_seconds integer not null default 60 check (settle_seconds >= 0),
  requests_per_second double precision check (requests_per_second > 0),
  last_pulled_filename text,
  last_pull_timestamp timestamptz,
  last_listing_count integer,
  auth_failures integer not null default 0,
  paused_reason text,
  -- What the last test run saw.
  last_test jsonb,
  -- Raised with every change, so that the schedule in Temporal can be brought up to it.
  revision integer not null default 1,
  scheduled_revision integer not null default 0,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index pull_sources_by_tenant on pull_sources (tenant_id, created_at) where deleted_at is null;
create index pull_sources_unscheduled on pull_sources (updated_at) where revision <> scheduled_revision;

alter table imports
  drop constraint imports_state_check,
  add constraint imports_state_check check (state in
    ('pending', 'processing', 'paused', 'needs_attention', 'completed', 'failed', 'cancelled')),
  add column credential_id uuid references credentials on delete set null,
  add column pull_source_id uuid references pull_sources,
  add column user_id uuid references users,
  add column location_id uuid references locations,
  -- Somebody pushed these items; a pull source has any number of such imports at a time.
  add column pushed boolean not null default false,
  -- The most files that one run of a pull source brings in; the rest waits for a later one.
  add column max_items integer,
  -- Items changed later than this many seconds before they were listed are left for a later run.
  add column settle_seconds integer,
  add column requests_per_second double precision,
  -- Items that a run of a pull source met and did not record one by one.
  add column known_items integer not null default 0,
  add column unsettled_items integer not null default 0,
  add column deferred_items integer not null default 0,
  -- Entries that the listing showed.
  add column listed_items integer not null default 0,
  -- The listing may not show everything: `partial` said by the provider, `empty` or `shrunken` beside the last one.
  add column suspect text check (suspect in ('partial', 'empty', 'shrunken')),
  -- When an import that needs attention goes on by itself.
  add column resumes_at timestamptz;
drop index imports_open;
create index imports_open on imports (created_at) where state in ('pending', 'processing', 'paused', 'needs_attention');
-- One run of a pull source at a time, however many ask for one.
create unique index imports_one_run on imports (pull_source_id)
  where pull_source_id is not null and not pushed and state in ('pending', 'processing', 'paused', 'needs_attention');
create index imports_by_pull_source on imports (pull_source_id, created_at desc) where pull_source_id is not null;

alter table import_items
  -- Announced by the provider: {"sha256": hex, "md5": hex, "dropbox": hex}.
  add column hashes jsonb,
  -- Waits for what only a person can give, and what that is.
  add column parked text;
create index import_items_parked on import_items (import_id) where parked is not null;

alter table assets add column dropbox_hash bytea check (length(dropbox_hash) = 32);
create index assets_by_md5 on assets (tenant_id, md5) where state = 'ready';
create index assets_by_dropbox_hash on assets (tenant_id, dropbox_hash) where state = 'ready' and dropbox_hash is not null;

-- Files that failed in a run go behind the others in the next ones, so that they starve nobody.
create table source_failures (
  source_id uuid not null references sources on delete cascade,
  item_key bytea not null,
  tenant_id uuid not null references tenants,
  failures integer not null default 1,
  failed_at timestamptz not null default now(),
  primary key (source_id, item_key)
);

-- Takes a turn of a budget, or says how many seconds to wait before asking again; 0: taken. Turns are due `gap` seconds
-- apart on average, with at most `burst` seconds' worth at once. While several tenants ask, each gets its equal share.
create function take_turn(budget text, tenant uuid, gap double precision, burst double precision)
returns double precision language plpgsql as $$
declare
  moment timestamptz := clock_timestamp();
  early timestamptz := moment - burst * interval '1 second';
  held request_budgets;
  share_due timestamptz;
  asking integer;
  wait double precision;
begin
  insert into request_budgets (key, due) values (budget, early) on conflict do nothing;
  select * into held from request_budgets where key = budget for update;
  insert into request_shares (key, tenant_id, due, asked_at) values (budget, tenant, early, moment)
    on conflict (key, tenant_id) do update set asked_at = moment
    returning due into share_due;
  if held.blocked_until > moment then
    return extract(epoch from held.blocked_until - moment);
  end if;
  select count(*) into asking from request_shares where key = budget and asked_at > moment - interval '2 seconds';
  wait := extract(epoch from held.due - moment);
  if asking > 1 then
    wait := greatest(wait, extract(epoch from share_due - moment));
  end if;
  if wait > 0 then
    return wait;
  end if;
  update request_budgets set due = greatest(held.due, early) + gap * interval '1 second', updated_at = moment
    where key = budget;
  update request_shares set due = greatest(share_due, early) + gap * asking * interval '1 second'
    where key = budget and tenant_id = tenant;
  return 0;
end $$;
