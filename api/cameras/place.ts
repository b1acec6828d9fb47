import { badRequest } from '../problem.ts';

const PLACE = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** A place in a list that goes back in time, as text for a cursor. It outlives inserts and deletes, its own row's too. */
export function writePlace(at: Date, id: string): string {
  return `${at.getTime()}_${id}`;
}

/** @throws Problem 400 */
export function readPlace(cursor: string): { at: Date; id: string } {
  const [, ms, id] = PLACE.exec(cursor) ?? [];
  const at = new Date(Number(ms));
  if (id === undefined || Number.isNaN(at.getTime()))
    throw badRequest('bad_cursor', 'The cursor cannot be read. Begin again without one.');
  return { at, id };
}
