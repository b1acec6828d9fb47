-- What was answered to requests with an Idempotency-Key, so that the same request again is answered the same.
create table idempotency_keys (
  -- Whose key it is: the id of a principal; empty where nobody signs in.
  owner text not null,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 of what the request asks for.
  fingerprint bytea not null,
  -- The request that works on it, until it is answered or its lease is over.
  holder uuid not null,
  leased_until timestamptz not null,
  -- Null until it is answered.
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (owner, key),
  check ((status is null) = (body is null))
);
create index idempotency_keys_by_age on idempotency_keys (created_at);
