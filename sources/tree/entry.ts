import { isSafeName } from '../names.ts';

const MAX_SHOWN = 1_000;

/** One name in a directory of a server. */
export interface TreeEntry {
  /** With `skip` set: in a form that is safe to store and show, and different for every entry of the directory. */
  name: string;
  kind: 'file' | 'directory';
  /** Bytes, exact; `null`: not known. */
  size: number | null;
  modifiedAt: Date | null;
  /** Changes when the content does, as far as the listing tells. */
  version: string;
  skip?: 'bad_name';
}

/** Printable form of any bytes: what is not plain ASCII is escaped as in a URL. */
export function escapeName(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x5c && byte !== 0x2f
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  ).join('');
}

/** What the entries of a directory are ordered by, and the place in it told by. No name that is followed has a slash. */
export const orderOf = (entry: TreeEntry) => (entry.skip ? `/${entry.name}` : entry.name);

/**
 * In an order of their own, which makes pages the same however often they are asked for, and with names that cannot be
 * followed made safe. A name that comes twice is taken once: what is fetched by it is one file.
 *
 * @param entries with `skip` already set where the name is in its printable form
 */
export function tidy(entries: readonly TreeEntry[]): TreeEntry[] {
  const good = new Map<string, TreeEntry>();
  const bad: TreeEntry[] = [];
  const shownBefore = new Map<string, number>();
  for (const entry of entries) {
    if (entry.name === '.' || entry.name === '..' || entry.name === '') continue;
    if (entry.skip === undefined && isSafeName(entry.name)) {
      good.set(entry.name, entry);
      continue;
    }
    const whole = entry.skip ? entry.name : escapeName(Buffer.from(entry.name, 'utf8'));
    const shown = whole.slice(0, MAX_SHOWN);
    const count = (shownBefore.get(shown) ?? 0) + 1;
    shownBefore.set(shown, count);
    // No escape has this form, so it is nobody else's name.
    const name = count === 1 ? shown : `${shown}%-${count}`;
    bad.push({ name, kind: 'file', size: null, modifiedAt: null, version: 'bad-name', skip: 'bad_name' });
  }
  return [...good.values(), ...bad].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}
