import path from 'node:path';
import { FTPError } from 'basic-ftp';
import { Failure } from '../../../domain/failures.ts';
import { escapeName, type TreeEntry, tidy } from '../../tree/entry.ts';
import { MAX_ENTRIES, tooManyEntries } from '../../tree/walk.ts';
import type { FtpLine } from './line.ts';
import { parseListLine } from './list.ts';
import { parseMlsdLine } from './mlsd.ts';
import { fromWire } from './names.ts';
import type { FtpSession } from './session.ts';

/** What the server sends for a listing, as it is. The client's hook for other formats is the way to it. */
async function askList(session: FtpSession, command: string): Promise<string> {
  const { client } = session;
  const found = { text: '' };
  client.availableListCommands = [command];
  client.parseList = (text) => {
    found.text = text;
    return [];
  };
  try {
    await client.list();
  } catch (error) {
    // How some servers say that a directory is empty; the directory itself was entered a moment ago.
    const empty =
      error instanceof FTPError &&
      (error.code === 450 || error.code === 550) &&
      /no (such )?files|empty/i.test(error.message);
    if (!empty) throw error;
  }
  return found.text;
}

function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(at, text[stop - 1] === '\r' ? stop - 1 : stop);
    if (line.trim() !== '') yield line;
    at = stop + 1;
  }
}

function parse(
  text: string,
  parseLine: (line: string) => FtpLine | null,
  isExtra: (line: string) => boolean,
) {
  const found: FtpLine[] = [];
  let lines = 0;
  let understood = 0;
  for (const line of linesOf(text)) {
    if (++lines > MAX_ENTRIES) throw tooManyEntries();
    const entry = parseLine(line);
    if (entry) found.push(entry);
    if (entry || isExtra(line)) understood++;
  }
  // A line break in a name makes lines that mean nothing; a listing of nothing else is in a form that nobody knows.
  if (lines > 0 && understood === 0) {
    throw new Failure('bad_response', 'The FTP server lists the directory in a form that is not understood.');
  }
  return found;
}

const isMlsdExtra = (line: string) => /^[^ ]*=[^ ]*; /.test(line);
const isListExtra = (line: string) => /^total\b|^[bcps-][rwxsStT-]{9}|\s\.\.?$/i.test(line);

async function readLines(session: FtpSession): Promise<FtpLine[]> {
  if (session.features.has('MLST') || session.features.has('MLSD')) {
    try {
      return parse(await askList(session, 'MLSD'), parseMlsdLine, isMlsdExtra);
    } catch (error) {
      // Said to be there and is not.
      if (!(error instanceof FTPError && error.code >= 500 && error.code <= 504)) throw error;
    }
  }
  const now = Date.now();
  const parseLine = (line: string) => parseListLine(line, now);
  // Shows hidden files too, where it is understood. Elsewhere it is a name that does not exist.
  const all = await askList(session, 'LIST -a').catch((error: unknown) => {
    if (!(error instanceof FTPError && error.code >= 500 && error.code <= 550)) throw error;
    return '';
  });
  const text = all.trim() === '' ? await askList(session, 'LIST') : all;
  return parse(text, parseLine, isListExtra);
}

/** Whether a link leads to something below the root, as far as its text tells. */
function isInward(parent: string, target: string | null): boolean {
  if (target === null || target.startsWith('/')) return false;
  const end = path.posix.join(parent, target);
  return end !== '..' && !end.startsWith('../');
}

function entryOf({ name: wire, kind, target, size, modifiedAt, changed }: FtpLine, below: string): TreeEntry {
  const name = fromWire(wire);
  const isFile = kind !== 'directory';
  if (name === null || (kind === 'link' && !isInward(below, target))) {
    const shown = escapeName(Buffer.from(wire, 'latin1'));
    return { name: shown, kind: 'file', size: null, modifiedAt, version: changed, skip: 'bad_name' };
  }
  // What a link's size and time are is not said of what it leads to.
  if (kind === 'link')
    return { name, kind: 'file', size: null, modifiedAt: null, version: `link@${changed}` };
  return { name, kind, size: isFile ? size : null, modifiedAt, version: `${size ?? '?'}@${changed}` };
}

/**
 * Reads one directory.
 * @param wire its absolute path, as on the wire
 * @param below its path below the root, `''` for itself
 * @throws Failure, FTPError, or what the client throws
 */
export async function readFtpDirectory(
  session: FtpSession,
  wire: string,
  below: string,
): Promise<TreeEntry[]> {
  await session.client.send(`CWD ${wire}`);
  const lines = await readLines(session);
  return tidy(lines.map((line) => entryOf(line, below)));
}
