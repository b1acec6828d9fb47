-- Files that clients put into the object store themselves. The row is there before the address is given away, so that
-- whatever is put under it is known, and swept when nobody comes back.
create table upload_intents (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references tenants,
  name text not null,
  bytes bigint not null check (bytes > 0),
  media_type text not null,
  -- What the client says it is; compared when it is here.
  sha256 bytea check (length(sha256) = 32),
  -- The upload has to begin before.
  expires_at timestamptz not null,
  -- What became of it.
  asset_id bigint references assets on delete set null,
  job_id bigint,
  duplicate boolean,
  content_hash bytea check (length(content_hash) = 32),
  completed_at timestamptz,
  created_at timestamptz not null default now()
);
create index upload_intents_by_age on upload_intents (expires_at);
