import type { Fragment } from '../finding/filter.ts';
import type { Sql } from '../postgres/database.ts';

/** How times move: all by as much, or what the clock showed is read in another zone. */
export type ClockChange = { shiftSeconds: number } | { timezone: string };

/** Which images of `a` a change can do something to. */
export function movable(sql: Sql, change: ClockChange): Fragment {
  return 'timezone' in change
    ? sql`a.captured_at is not null and a.captured_local is not null`
    : sql`a.captured_at is not null`;
}

/**
 * The new values of rows `a`, as the columns `taken`, `local`, `utc_offset`, `flags` of a lateral subquery.
 *
 * A reading that a zone shows twice means the first time, one that it never shows is read with the offset from before
 * the change, as for pictures that arrive.
 */
export function moved(sql: Sql, change: ClockChange): Fragment {
  const rest = sql`array(select f from unnest(a.captured_flags) f
    where f not in ('suspect_clock', 'no_zone', 'dst_gap', 'dst_overlap', 'corrected')) || '{corrected}'::text[]`;
  if ('shiftSeconds' in change) {
    const shift = sql`${change.shiftSeconds}::float8 * interval '1 second'`;
    return sql`select a.captured_at + ${shift} as taken,
      to_char(a.captured_local::timestamp + ${shift}, 'YYYY-MM-DD"T"HH24:MI:SS') as local,
      a.captured_offset as utc_offset,
      array(select f from unnest(a.captured_flags) f where f not in ('suspect_clock', 'corrected'))
        || '{corrected}'::text[] as flags`;
  }
  return sql`
    select z.instant + (a.captured_at - date_trunc('second', a.captured_at)) as taken, a.captured_local as local,
      (extract(epoch from a.captured_local::timestamp - (z.instant at time zone 'UTC')) / 60)::smallint as utc_offset,
      ${rest} || case when z.readings = 0 then '{dst_gap}'::text[] when z.readings > 1 then '{dst_overlap}' else '{}' end as flags
    from (
      select coalesce(min(c.instant) filter (where c.fits), min(c.plain)) as instant,
        count(distinct c.instant) filter (where c.fits) as readings
      from (
        select p.plain, p.plain + step as instant,
          (p.plain + step) at time zone ${change.timezone} = a.captured_local::timestamp as fits
        from (select a.captured_local::timestamp at time zone ${change.timezone} as plain) p,
          unnest('{-1 hour,-30 minutes,0,30 minutes,1 hour}'::interval[]) step
      ) c
    ) z`;
}
