import type { Stats } from 'ssh2';
import { Failure } from '../../../domain/failures.ts';
import type { Reception } from '../../reception.ts';
import type { Fetched } from '../../source.ts';
import { sftpFailure } from './faults.ts';
import { isFile, timeOf, versionOf } from './readDirectory.ts';
import type { SftpSession } from './session.ts';

/** The one size that every server must send at once (draft-ietf-secsh-filexfer-02 §3). */
const BLOCK = 32 * 1024;
/** Reads under way together. */
const AHEAD = 48;

/** Reads a block whole, however few bytes come at a time; shorter only at the end of the file. */
async function readBlock(session: SftpSession, handle: Buffer, at: number, length: number): Promise<Buffer> {
  const block = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const count = await session.ask<number>((sftp, done) =>
      sftp.read(handle, block, filled, length - filled, at + filled, (error, bytes) => done(error, bytes)),
    );
    if (count === 0) break;
    filled += count;
  }
  return block.subarray(0, filled);
}

async function readFrom(
  session: SftpSession,
  handle: Buffer,
  size: number,
  reception: Reception,
): Promise<void> {
  let next = reception.bytes;
  const asked: Promise<Buffer>[] = [];
  const ask = () => {
    while (next < size && asked.length < AHEAD) {
      const block = readBlock(session, handle, next, Math.min(BLOCK, size - next));
      block.catch(() => {});
      asked.push(block);
      next += BLOCK;
    }
  };
  for (ask(); asked.length > 0; ask()) {
    const block = await asked.shift();
    // What comes after the end of a file that shrank belongs nowhere.
    if (block === undefined || block.length === 0) return;
    reception.add(block);
    if (block.length < BLOCK && reception.bytes < size) return;
  }
}

const changed = () =>
  new Failure('changed_during_read', 'The file changed between its listing and the end of its reading.');

/**
 * Fetches a file by one handle, so that it stays the same file, going on from a part where size and time are as they
 * were.
 *
 * @throws Failure
 */
export async function fetchSftpFile(
  session: SftpSession,
  path: string,
  reception: Reception,
): Promise<Fetched> {
  const statOf = (handle: Buffer) => session.ask<Stats>((sftp, done) => sftp.fstat(handle, done));
  try {
    const handle = await session.ask<Buffer>((sftp, done) => sftp.open(path, 'r', done));
    try {
      const before = await statOf(handle);
      if (!isFile(before)) throw new Failure('vanished', 'There is no longer a file at this path.');
      const validator = versionOf(before);
      if (reception.part?.validator !== validator) reception.begin({ total: before.size, validator });
      await readFrom(session, handle, before.size, reception);
      const after = await statOf(handle);
      if (versionOf(after) !== validator) throw changed();
      return await reception.finish({ modifiedAt: timeOf(after) });
    } finally {
      const close = session.ask<unknown>((sftp, done) => sftp.close(handle, (error) => done(error, null)));
      close.catch(() => {});
    }
  } catch (error) {
    throw sftpFailure(error, 'file', reception.bytes > 0);
  }
}
