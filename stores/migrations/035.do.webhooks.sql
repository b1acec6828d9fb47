-- Who is told of events by HTTP.
create table webhooks (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  url text not null,
  -- Types of events, or groups of them (`asset.*`).
  events text[] not null,
  -- Only what concerns this camera.
  camera_id uuid references cameras on delete cascade,
  -- What messages are signed with; for a while after a change with both.
  credential_id uuid not null references credentials,
  previous_credential_id uuid references credentials,
  previous_until timestamptz,
  disabled_reason text check (disabled_reason in ('person', 'webhook_gone', 'webhook_failing')),
  disabled_at timestamptz,
  -- Events up to here are among the deliveries, or were of no interest.
  position bigint not null,
  -- Since when every try has failed.
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index webhooks_by_tenant on webhooks (tenant_id, created_at);
create index webhooks_by_camera on webhooks (camera_id) where camera_id is not null;
create index webhooks_behind on webhooks (position) where disabled_at is null;

-- A message to one of them. Written with the position up to which events were looked at, so none is missed or made twice.
create table webhook_deliveries (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants,
  webhook_id uuid not null references webhooks on delete cascade,
  -- The same for every try: who has seen it need not look at it again.
  message_id text not null,
  event text not null,
  -- As it is signed and sent.
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Tries since it was (last) asked for.
  tries integer not null default 0,
  next_try_at timestamptz default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (webhook_id, message_id),
  check ((state = 'pending') = (next_try_at is not null))
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_try_at) where state = 'pending';
create index webhook_deliveries_by_time on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_over on webhook_deliveries (finished_at) where finished_at is not null;

create table webhook_attempts (
  delivery_id bigint not null references webhook_deliveries on delete cascade,
  attempt integer not null,
  tenant_id uuid not null references tenants,
  at timestamptz not null default now(),
  -- `null`: there was no answer.
  status integer,
  failure_type text,
  failure_detail text,
  took_ms real not null,
  -- The beginning of the answer.
  answer text,
  primary key (delivery_id, attempt)
);
