import type { Sql } from '../postgres/database.ts';
import { type ImageFilter, imagesOf, matching } from './filter.ts';

/** Images that were taken near each other. Degrees. */
interface ImagePlace {
  latitude: number;
  longitude: number;
  west: number;
  south: number;
  east: number;
  north: number;
  count: number;
  /** One of them. */
  id: number;
}

/** Smallest side of a cell, in degrees: about ten metres. */
const LEAST = 0.0001;

/**
 * Where the images of a filter were taken, those near each other as one.
 * @param cells into how many parts the longer side of all of it is cut
 */
export async function placesOf(tx: Sql, filter: ImageFilter, cells: number): Promise<ImagePlace[]> {
  return tx<ImagePlace[]>`
    with those as materialized (
      select a.id, a.latitude, a.longitude from ${imagesOf(tx, filter.status)}
      where ${matching(tx, filter)} and a.latitude is not null and a.longitude is not null
    ), bounds as (
      select greatest(max(longitude) - min(longitude), max(latitude) - min(latitude), ${LEAST}::float8) / ${cells}::int as cell
      from those
    )
    select avg(latitude) as latitude, avg(longitude) as longitude, min(longitude) as west, min(latitude) as south,
      max(longitude) as east, max(latitude) as north, count(*) as count, max(id) as id
    from those cross join bounds group by floor(latitude / cell), floor(longitude / cell)
    order by count desc, id desc`;
}
