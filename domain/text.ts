import { MAX_TEXT } from './limits.ts';

/** NUL, which Postgres refuses, and half surrogate pairs, which UTF-8 cannot hold. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text from outside made fit for the database; everything that can be kept is kept as it is. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** The same, cut to a length that fits logs and tables. */
export function storableShort(text: string): string {
  const clean = storable(text);
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT - 1)}…`;
}

/** ASCII controls. Parsers disagree on them: WHATWG drops tabs and line breaks, others end the address there. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
