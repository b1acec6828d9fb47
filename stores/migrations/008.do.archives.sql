-- Archives that were uploaded. They are kept as long as their import may need them.
create table archives (
  id uuid primary key,
  tenant_id uuid not null references tenants,
  name text not null,
  bytes bigint not null check (bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  -- Set in the transaction that makes the import; a row without one, some hours later, is of an upload that broke.
  import_id uuid unique references imports on delete set null,
  created_at timestamptz not null default now(),
  -- Nothing reads it any more from here on; the object goes next.
  dropped_at timestamptz,
  removed_at timestamptz
);
create index archives_kept on archives (created_at) where removed_at is null;
