-- What happened, for those who follow it while it happens. A row is written with the change that it tells of; where that
-- is a change of many assets, it is one row.
create table feed_events (
  id bigint generated always as identity,
  -- Given once the row is committed; see number_feed_events.
  position bigint,
  -- `null`: of the whole installation. Not looked up for every row: one that outlives its tenant is swept like any other.
  tenant_id uuid,
  at timestamptz not null default now(),
  kind text not null,
  import_id uuid,
  camera_id uuid,
  -- What it is about when that is neither of these nor assets: a pull source, an export, a purge, …
  subject_id uuid,
  asset_ids bigint[],
  detail jsonb not null default '{}'
);
-- Almost every row is in one of these at a time.
create index feed_events_unnumbered on feed_events (id) where position is null;
create unique index feed_events_by_position on feed_events (position) where position is not null;

-- The last position that was given, and the last that was swept away. One row.
create table feed_head (
  one boolean primary key default true check (one),
  position bigint not null default 0,
  swept bigint not null default 0
);
insert into feed_head default values;

-- Numbers of a sequence are given out before a transaction commits, so rows appear behind higher ones, and a reader who
-- remembers the highest never sees them. So rows are numbered after they are committed, by whoever reads, one at a time:
-- what has a lower position was visible to everybody before.
create function number_feed_events() returns bigint language plpgsql
-- Rows are found by where they lie, whatever is thought of the size of the table.
set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  last bigint;
  given bigint;
begin
  if not exists (select from feed_events where position is null) then
    return 0;
  end if;
  -- The next statement sees what was numbered while this one waited.
  select position into last from feed_head for update;
  with waiting as (
    select ctid as place, row_number() over (order by id) as n
    from (select ctid, id from feed_events where position is null order by id limit 2000) first
  )
  update feed_events e set position = last + w.n from waiting w where e.ctid = w.place;
  get diagnostics given = row_count;
  update feed_head set position = last + given;
  return given;
end $$;

-- Where whoever begins to listen begins, whatever else they may see.
create function feed_position() returns bigint language sql stable security definer set search_path from current as $$
  select position from feed_head
$$;

create function tell_feed() returns trigger language plpgsql as $$
begin
  perform pg_notify('tributary_feed', '');
  return null;
end $$;
-- That bytes came in is told with what comes of them a moment later: one notification for each file would cost more than
-- all else about it.
create trigger feed_told after insert on feed_events for each row
  when (new.kind <> 'asset.created') execute function tell_feed();
