import { z } from 'zod';

/** Keys (and places in lists) from the outside in; empty for the value itself. */
export type Path = readonly string[];

const MAX_STEPS = 16;

/** `data.images`, or as a JSON Pointer (RFC 6901) where keys have dots in them: `/data/images`. `''` is the whole. */
export function parsePath(text: string): Path | null {
  if (text === '') return [];
  const steps = text.startsWith('/')
    ? text
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : text.split('.');
  if (steps.length > MAX_STEPS || (!text.startsWith('/') && steps.includes(''))) return null;
  return steps;
}

export const PATH = z
  .string()
  .max(256)
  .refine((text) => parsePath(text) !== null);

/** What is at a path of a value; `undefined` when nothing is. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** A text or number at a path, as text; `null` for everything else. */
export function textAt(value: unknown, path: Path): string | null {
  const found = valueAt(value, path);
  if (typeof found === 'string') return found === '' ? null : found;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : null;
}
