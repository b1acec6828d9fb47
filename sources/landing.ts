import { close, constants, open, openSync, unlinkSync, writev, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { writeFailure } from './diskFaults.ts';

/** Written at a time: while these bytes are still in the processor's cache, and so few that calls weigh nothing. */
const PART = 1024 * 1024;
/** More than this is never kept. */
const BACKLOG = 48 * 1024 * 1024;
/** IOV_MAX on Linux: more would be cut into several calls anyway, without a look at their results. */
const MAX_VECTORS = 1_024;

const CREATE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
const MODE = 0o600;

const openAsync = promisify(open);
const closeAsync = promisify(close);
const writevAsync = promisify(writev);

/** A new file that bytes land in. */
export interface Landing {
  /** Keeps the chunk (it must not be changed afterwards), or writes it. @throws what an earlier write threw. */
  add(chunk: Buffer): void;
  /** Forgets everything added so far. */
  restart(): void;
  /** Writes what is left and closes the file. */
  finish(): Promise<void>;
  /** Closes the file as it is. Never throws. */
  abandon(): Promise<void>;
}

/** The vectors that are left once the first `written` bytes are gone: a full disk takes a part, then refuses. */
function rest(parts: Buffer[], written: number): Buffer[] {
  let left = written;
  let done = 0;
  while (done < parts.length && left >= (parts[done]?.length ?? 0)) left -= parts[done++]?.length ?? 0;
  const after = parts.slice(done);
  const cut = after[0];
  if (left > 0 && cut !== undefined) after[0] = cut.subarray(left);
  return after;
}

/**
 * Takes bytes as fast as they come, because there is no safe way to hold their sender back (see `exchange.ts`). Writing
 * goes on beside the arrival of more; a disk that falls far behind is waited for by writing synchronously, which is the
 * one thing that does slow the sender down.
 *
 * @param path must not exist yet; the file is created with the first write. Exists when `from` is above 0.
 * @param from where to go on in a file that a broken transfer left.
 */
export function createLanding(path: string, from = 0): Landing {
  let chunks: Buffer[] = [];
  let held = 0;
  /** Where the next write goes. */
  let position = from;
  let file: OpenFile | null =
    from > 0 ? { fd: openSync(path, constants.O_WRONLY), writing: null, failed: null } : null;
  const retired: Promise<void>[] = [];

  function take(): { parts: Buffer[]; at: number } {
    const taken = { parts: chunks, at: position };
    position += held;
    chunks = [];
    held = 0;
    return taken;
  }

  return {
    add(chunk) {
      if (file?.failed) throw writeFailure(file.failed.error);
      if (chunk.length === 0) return;
      chunks.push(chunk);
      held += chunk.length;
      if (held < PART) return;
      try {
        file ??= { fd: openSync(path, CREATE, MODE), writing: null, failed: null };
        if (file.writing === null) writeBeside(file, take());
        else if (held >= BACKLOG) writeNow(file.fd, take());
      } catch (error) {
        throw writeFailure(error);
      }
    },
    restart() {
      chunks = [];
      held = 0;
      position = 0;
      // A write may be under way. It goes on into a file without a name.
      if (file) {
        unlinkSync(path);
        retired.push(endFile(file));
      }
      file = null;
    },
    async finish() {
      try {
        file ??= { fd: await openAsync(path, CREATE, MODE), writing: null, failed: null };
        await file.writing;
        if (file.failed) throw file.failed.error;
        await write(file.fd, take());
        const { fd } = file;
        file = null;
        await closeAsync(fd);
      } catch (error) {
        throw writeFailure(error);
      }
    },
    async abandon() {
      if (file) retired.push(endFile(file));
      file = null;
      await Promise.all(retired);
    },
  };
}

interface OpenFile {
  fd: number;
  writing: Promise<void> | null;
  failed: { error: unknown } | null;
}

interface Piece {
  parts: Buffer[];
  at: number;
}

async function write(fd: number, { parts, at }: Piece): Promise<void> {
  let where = at;
  for (let left = parts; left.length > 0; ) {
    const { bytesWritten } = await writevAsync(fd, left.slice(0, MAX_VECTORS), where);
    where += bytesWritten;
    left = rest(left, bytesWritten);
  }
}

function writeNow(fd: number, { parts, at }: Piece): void {
  let where = at;
  for (let left = parts; left.length > 0; ) {
    const written = writevSync(fd, left.slice(0, MAX_VECTORS), where);
    where += written;
    left = rest(left, written);
  }
}

function writeBeside(file: OpenFile, piece: Piece): void {
  file.writing = write(file.fd, piece).then(
    () => {
      file.writing = null;
    },
    (error: unknown) => {
      file.failed = { error };
    },
  );
}

async function endFile(file: OpenFile): Promise<void> {
  await file.writing;
  await closeAsync(file.fd).catch(() => {});
}
