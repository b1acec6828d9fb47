-- Audits of the whole installation, the last few of them. One that was cut off goes on from `progress`.
create table audits (
  id uuid primary key default gen_random_uuid(),
  started_by text not null check (started_by in ('person', 'schedule')),
  fix boolean not null default false,
  progress jsonb,
  report jsonb,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
create index audits_by_time on audits (started_at desc);
