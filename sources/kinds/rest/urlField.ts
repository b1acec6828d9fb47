import { z } from 'zod';
import { hasControl } from '../../../domain/text.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import { parsePath, textAt } from './paths.ts';

/** `{path}`, or `{+path}` where slashes of the value stay slashes (after RFC 6570). */
const PLACE = /\{(\+?)([^{}]{0,256})\}/g;

export const isTemplate = (text: string): boolean => text.includes('{');

/** A host that comes out of an item would make the template mean anything. */
function isUsableTemplate(text: string): boolean {
  if ([...text.matchAll(PLACE)].some(([, , path]) => parsePath(path ?? '') === null)) return false;
  const bare = text.replace(PLACE, 'x');
  if (/[{}]/.test(bare)) return false;
  const authority = /^[^/?#]*:?\/\/[^/?#]*/.exec(text)?.[0] ?? '';
  return !isTemplate(authority) && linkTo(bare, new URL('https://host/')) !== null;
}

export const URL_FIELD = z
  .string()
  .max(2_048)
  .refine(
    (text) => (isTemplate(text) ? isUsableTemplate(text) : parsePath(text) !== null),
    'It must be a path, or an address with paths in braces behind its host.',
  );

/** One segment, or several; never a way up. */
function filled(value: string, slashes: boolean): string | null {
  const segments = slashes ? value.split('/') : [value];
  if (segments.some((segment) => segment === '.' || segment === '..')) return null;
  try {
    return segments.map(encodeURIComponent).join('/');
  } catch {
    // Lone surrogates.
    return null;
  }
}

/** An address that somebody else wrote, relative or not. `null`: not one that can be followed. */
export function linkTo(text: string, base: URL): URL | null {
  if (text === '' || text.length > 4_096 || hasControl(text) || text.includes('\\')) return null;
  try {
    if (/^[a-z][a-z0-9+.-]*:/i.test(text)) return parseHttpUrl(text);
    const url = new URL(text, base);
    // The strict reading of what came out: `//user@host/`, `//host:0/`.
    return url.username !== '' || url.password !== '' ? null : parseHttpUrl(url.href);
  } catch {
    return null;
  }
}

/** Finds the address of an item. @param field a path or a template */
export function createUrlReader(field: string): (item: unknown, base: URL) => URL | null {
  if (!isTemplate(field)) {
    const path = parsePath(field) ?? [];
    return (item, base) => {
      const text = textAt(item, path);
      return text === null ? null : linkTo(text, base);
    };
  }
  return (item, base) => {
    let complete = true;
    const text = field.replace(PLACE, (_place, plus: string, path: string) => {
      const value = textAt(item, parsePath(path) ?? []);
      const part = value === null ? null : filled(value, plus !== '');
      if (part === null) complete = false;
      return part ?? '';
    });
    return complete ? linkTo(text, base) : null;
  };
}
