import { createHash } from 'node:crypto';
import type { Order, Place, SortKey } from '../../stores/finding/order.ts';
import { badRequest } from '../problem.ts';

const MAX_CHARS = 2_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const isKey: Record<SortKey, (key: string) => boolean> = {
  created: isInstant,
  taken: (key) => key === '-infinity' || isInstant(key),
  name: (key) => !key.includes('\0') && key.length <= 400,
  size: (key) => /^\d{1,15}$/.test(key),
};

function isInstant(key: string): boolean {
  return INSTANT.test(key) && !Number.isNaN(Date.parse(key));
}

/** What a cursor goes with: the same place means something else under another filter or order. */
function marker(order: Order, filter: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([order.key, order.descending, filter]))
    .digest('base64url')
    .slice(0, 16);
}

/** A place in a list as text that says nothing to the client. It outlives inserts and deletes, its own row's too. */
export function writeCursor(order: Order, filter: unknown, place: Place): string {
  return Buffer.from(JSON.stringify([marker(order, filter), place.key, place.id])).toString('base64url');
}

/** @throws Problem 400 when it is damaged, made up, or of a list with another filter or order */
export function readCursor(order: Order, filter: unknown, cursor: string): Place {
  const [mark, key, id] = parsed(cursor);
  if (
    typeof key !== 'string' ||
    typeof id !== 'number' ||
    !Number.isSafeInteger(id) ||
    !isKey[order.key](key)
  ) {
    throw badRequest('bad_cursor', 'The cursor cannot be read. Begin again without one.');
  }
  if (mark !== marker(order, filter)) {
    throw badRequest(
      'bad_cursor',
      'The cursor belongs to a list with other filters or another order. Repeat those, or begin again without it.',
    );
  }
  return { key, id };
}

function parsed(cursor: string): unknown[] {
  if (cursor.length > MAX_CHARS) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
