-- Uploads that arrive in pieces (tus). Their bytes are files of the API's host until they are complete.
create table resumable_uploads (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  name text not null,
  -- Said by the client, or by the name; what the bytes are is looked at as well.
  archive boolean not null default false,
  -- As the client gave it, to give it back.
  metadata jsonb not null default '{}',
  -- `null`: the client does not know yet.
  bytes bigint check (bytes >= 0),
  -- What the client was told of the finished upload, for when that answer was lost.
  result jsonb,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  check ((result is null) = (finished_at is null))
);
create index resumable_uploads_by_age on resumable_uploads (created_at);
