-- Who may sign in, to which tenants and with which role. These are not the `users` that sources belong to: those are
-- names that clients give, these have passwords and keys.
create table principals (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('person', 'service')),
  name text not null,
  -- In lower case. Services have none, nor a password: they come with keys.
  email text check (email = lower(email)),
  password_hash text,
  -- May do everything in every tenant, and what is about none of them.
  installation_admin boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind = 'person') = (email is not null)),
  check (kind = 'person' or password_hash is null)
);
create unique index principals_by_email on principals (email);

create table memberships (
  principal_id uuid not null references principals on delete cascade,
  tenant_id uuid not null references tenants,
  role text not null check (role in ('viewer', 'contributor', 'manager', 'admin')),
  created_at timestamptz not null default now(),
  primary key (principal_id, tenant_id)
);
create index memberships_by_tenant on memberships (tenant_id, created_at);

-- One for each sign-in. Its refresh tokens replace one another; an old one that comes back ends it.
create table sign_ins (
  id uuid primary key default gen_random_uuid(),
  principal_id uuid not null references principals on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('person', 'reuse', 'password', 'disabled')),
  check ((ended_at is null) = (ended_by is null))
);
create index sign_ins_by_principal on sign_ins (principal_id);
create index sign_ins_by_age on sign_ins (expires_at);

create table refresh_tokens (
  -- SHA-256 of 256 random bits: nothing to guess, so nothing to slow down.
  hash bytea primary key check (length(hash) = 32),
  sign_in_id uuid not null references sign_ins on delete cascade,
  issued_at timestamptz not null default now(),
  used_at timestamptz
);
create index refresh_tokens_by_sign_in on refresh_tokens (sign_in_id);

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  principal_id uuid not null references principals on delete cascade,
  -- `null`: wherever its principal may.
  tenant_id uuid references tenants,
  name text not null,
  -- The part that is shown, to tell keys apart and to find this row by.
  prefix text not null unique,
  hash bytea not null check (length(hash) = 32),
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- Written at most once a minute.
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_by_principal on api_keys (principal_id, created_at);
create index api_keys_by_tenant on api_keys (tenant_id, created_at);

-- Wrong passwords, by account and by address.
create table guesses (
  key text primary key,
  failures integer not null,
  failed_at timestamptz not null default now(),
  blocked_until timestamptz
);

-- Who asked for which change, and how it ended.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- `null`: about no tenant, or about all of them.
  tenant_id uuid references tenants,
  -- No foreign key: what somebody did stays when they go.
  principal_id uuid,
  principal text not null,
  key_prefix text,
  address text,
  request_id text not null,
  operation text not null,
  -- The ids in the path.
  subject jsonb not null default '{}',
  status integer not null
);
create index audit_log_by_tenant on audit_log (tenant_id, id desc);

create function keep_audit_log() returns trigger language plpgsql as $$
begin
  -- What belongs to a tenant goes with it, and in no other way.
  if tg_op = 'DELETE' then
    if exists (select from tenants where id = old.tenant_id and state = 'deleting') then
      return old;
    end if;
  end if;
  raise exception 'the audit log is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_is_kept before update or delete on audit_log for each row execute function keep_audit_log();
create trigger audit_log_is_not_emptied before truncate on audit_log for each statement execute function keep_audit_log();

-- Nobody gets in while it is set; nothing is lost.
alter table tenants add column disabled_at timestamptz;
