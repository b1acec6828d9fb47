-- The trash: not shown, still there. A row keeps its content's place, so the same bytes are never stored beside it.
alter table assets
  drop constraint assets_state_check,
  add constraint assets_state_check check (state in
    ('pending', 'ready', 'rejected', 'failed', 'trashed', 'deleting', 'deleted')),
  add column trashed_at timestamptz,
  -- `person`, `merged` (another asset was kept in its place) or `purge`.
  add column trashed_by text check (trashed_by in ('person', 'merged', 'purge')),
  add column merged_into bigint references assets,
  add check (state <> 'trashed' or (trashed_at is not null and trashed_by is not null));
drop index assets_content;
create unique index assets_content on assets (tenant_id, sha256) where state in ('pending', 'ready', 'failed', 'trashed');
create index assets_trash on assets (tenant_id, trashed_at) where state = 'trashed';

-- Not every message is about an import.
alter table outbox
  drop constraint outbox_kind_check,
  alter column import_id drop not null,
  add column subject_id uuid,
  add check (import_id is not null or subject_id is not null);
