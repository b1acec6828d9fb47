import yauzl, { type Entry } from 'yauzl';
import { isSafeName } from '../../names.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const MADE_BY_DOS = 0;
const UTF8_FLAG = 0x800;
const UNICODE_PATH = 0x7075;

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Printable form of any bytes: what is not plain ASCII is escaped as in a URL. */
export function escapedName(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte > 0x20 && byte < 0x7f && byte !== 0x25 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  ).join('');
}

/**
 * The name as it was meant. The flag for UTF-8 is often left out where the name is UTF-8 all the same; what cannot be
 * that is code page 437, as the format says. `null`: said to be UTF-8, and is not.
 */
function textOf(entry: Entry): string | null {
  const raw = entry.fileNameRaw;
  if (entry.extraFields.some((field) => field.id === UNICODE_PATH)) {
    return yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, true);
  }
  const text = decoded(raw);
  if (text !== null || (entry.generalPurposeBitFlag & UTF8_FLAG) !== 0) return text;
  return yauzl.getFileNameLowLevel(0, raw, [], true);
}

export type EntryPath = { path: string; directory: boolean } | { bad: string };

/** Where an entry lies in its archive: `bad` where that is not a place below it, in a form that is safe to show. */
export function pathOf(entry: Entry): EntryPath {
  const text = textOf(entry);
  if (text === null) return { bad: escapedName(entry.fileNameRaw) };
  // Old .NET wrote the separators of its own system.
  const plain =
    entry.versionMadeBy >> 8 === MADE_BY_DOS && !text.includes('/') ? text.replaceAll('\\', '/') : text;
  const path = plain.replace(/^(\.\/)+/, '');
  const directory = path.endsWith('/') || path === '';
  const parts = (directory ? path.slice(0, -1) : path).split('/');
  if (directory && parts.join('') === '') return { path: '', directory };
  if (/^[a-z]:/i.test(path) || !parts.every(isSafeName)) return { bad: escapedName(Buffer.from(text)) };
  return { path, directory };
}
