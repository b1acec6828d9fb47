import { z } from 'zod';
import { placeOf } from './taxonomy.ts';

/** Where a picture was taken. */
export interface Place {
  /** ISO 3166-1 alpha-3. `null`: not known, so nothing is ruled out. */
  country: string | null;
  /** The state, in two letters; only looked at in the USA. */
  admin1: string | null;
}

/** States by country; an empty list means all of the country. */
const Countries = z.record(z.string().regex(/^[A-Z]{3}$/), z.array(z.string()));

/** By `class;order;family;genus;species`. */
export const GeofenceRules = z.record(
  z.string(),
  z.object({ allow: Countries.optional(), block: Countries.optional() }),
);
export type GeofenceRules = z.output<typeof GeofenceRules>;

/** Whether a taxon cannot have been in a place. */
export type Geofence = (label: string, place: Place) => boolean;

/** @param rules `null`: every taxon can be everywhere */
export function createGeofence(rules: GeofenceRules | null): Geofence {
  const known = new Map(Object.entries(rules ?? {}));
  return (label, { country, admin1 }) => {
    if (country === null) return false;
    const rule = known.get(placeOf(label));
    if (rule === undefined) return false;
    const state = country === 'USA' ? admin1 : null;
    const { allow = {}, block = {} } = rule;
    if (Object.keys(allow).length > 0) {
      const states = Object.hasOwn(allow, country) ? allow[country] : undefined;
      if (states === undefined) return true;
      if (state !== null && states.length > 0 && !states.includes(state)) return true;
    }
    const blocked = Object.hasOwn(block, country) ? block[country] : undefined;
    if (blocked === undefined) return false;
    return blocked.length === 0 || (state !== null && blocked.includes(state));
  };
}
