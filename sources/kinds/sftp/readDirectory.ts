import pLimit from 'p-limit';
import type { FileEntryWithStats, Stats } from 'ssh2';
import { escapeName, type TreeEntry, tidy } from '../../tree/entry.ts';
import { MAX_ENTRIES, tooManyEntries } from '../../tree/walk.ts';
import type { SftpSession } from './session.ts';

/** Servers answer with a hundred names or so; asking ahead hides the way there and back. */
const AHEAD = 8;
const LINKS_AT_ONCE = 16;
const EOF = 1;

/** `S_IFMT` and what it may say, as in POSIX. */
const TYPE = { mask: 0o170000, file: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const LETTERS: { readonly [letter: string]: number } = { '-': TYPE.file, d: TYPE.directory, l: TYPE.link };

/** Servers may leave the mode out; then the line for people tells (draft-ietf-secsh-filexfer-02 §7). */
const typeOf = ({ attrs, longname }: FileEntryWithStats): number | undefined =>
  typeof attrs.mode === 'number' ? attrs.mode & TYPE.mask : LETTERS[longname.charAt(0)];

export const isFile = ({ mode }: Stats) => typeof mode !== 'number' || (mode & TYPE.mask) === TYPE.file;

/** To the second, which is all that the protocol's version 3 has. */
export const versionOf = ({ size, mtime }: Stats) => `${size}@${mtime}`;

export const timeOf = ({ mtime }: Stats) => (typeof mtime === 'number' ? new Date(mtime * 1_000) : null);

async function readNames(session: SftpSession, path: string): Promise<FileEntryWithStats[]> {
  const handle = await session.ask<Buffer>((sftp, done) => sftp.opendir(path, done));
  const found: FileEntryWithStats[] = [];
  const next = () => {
    const answer = session
      .ask<FileEntryWithStats[]>((sftp, done) => sftp.readdir(handle, done))
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code === EOF) return null;
        throw error;
      });
    answer.catch(() => {});
    return answer;
  };
  const asked = Array.from({ length: AHEAD }, next);
  try {
    for (;;) {
      const some = await asked.shift();
      if (!some) return found;
      found.push(...some);
      if (found.length > MAX_ENTRIES) throw tooManyEntries();
      asked.push(next());
    }
  } finally {
    await Promise.allSettled(asked);
    await session
      .ask<unknown>((sftp, done) => sftp.close(handle, (error) => done(error, null)))
      .catch(() => {});
  }
}

const file = (name: string, stats: Stats): TreeEntry => ({
  name,
  kind: 'file',
  size: Number.isSafeInteger(stats.size) ? stats.size : null,
  modifiedAt: timeOf(stats),
  version: versionOf(stats),
});

const badName = (name: string): TreeEntry => ({
  name: escapeName(Buffer.from(name, 'utf8')),
  kind: 'file',
  size: null,
  modifiedAt: null,
  version: 'bad-name',
  skip: 'bad_name',
});

/**
 * Reads one directory. Links to files below the root are files; links to directories are not gone into, because those
 * are listed where they really are; links that lead out are recorded and not followed. Devices, pipes and sockets are
 * left out.
 *
 * @param root the source's root, ending with `/`
 * @param below path below it, `''` for itself, else ending with `/`
 * @throws Failure, or what ssh2 throws
 */
export async function readSftpDirectory(
  session: SftpSession,
  root: string,
  below: string,
): Promise<TreeEntry[]> {
  const names = await readNames(session, root + below);
  const limit = pLimit(LINKS_AT_ONCE);
  const realRoot = names.some((entry) => typeOf(entry) === TYPE.link)
    ? (await session.ask<string>((sftp, done) => sftp.realpath(root, done))).replace(/\/*$/, '/')
    : '';

  async function follow(name: string): Promise<TreeEntry | null> {
    const path = `${root}${below}${name}`;
    try {
      const real = await session.ask<string>((sftp, done) => sftp.realpath(path, done));
      if (!`${real}/`.startsWith(realRoot)) return badName(name);
      const stats = await session.ask<Stats>((sftp, done) => sftp.stat(path, done));
      return isFile(stats) ? file(name, stats) : null;
    } catch (error) {
      // Leads to nothing, or in a circle.
      if (!session.closed && typeof (error as { code?: unknown }).code === 'number') return null;
      throw error;
    }
  }

  const entries = await Promise.all(
    names.map((entry): Promise<TreeEntry | null> | TreeEntry | null => {
      const name = entry.filename;
      // What is left of bytes that are no UTF-8; the server would not find it again.
      if (name.includes('\ufffd')) return badName(name);
      switch (typeOf(entry)) {
        case TYPE.file:
          return file(name, entry.attrs);
        case TYPE.directory:
          return { name, kind: 'directory', size: null, modifiedAt: null, version: 'directory' };
        case TYPE.link:
          return limit(follow, name);
        default:
          return null;
      }
    }),
  );
  return tidy(entries.filter((entry) => entry !== null));
}
