import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupError } from './manifest.ts';

export interface Sum {
  bytes: number;
  sha256: string;
}

function createSum(): { through: Transform; result(): Sum } {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    through: new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    }),
    result: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

/** Writes lines to a new file, durably. @returns what was written */
export async function writeLines(lines: AsyncIterable<string>, file: string): Promise<Sum> {
  const sum = createSum();
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const line of lines) yield Buffer.from(`${line}\n`);
  }
  await pipeline(
    Readable.from(chunks(), { objectMode: false }),
    sum.through,
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
  );
  const written = await open(file, 'r');
  try {
    await written.sync();
  } finally {
    await written.close();
  }
  return sum.result();
}

/** @throws BackupError when the file is not what was written */
export async function checkSummed(file: string, wanted: Sum): Promise<void> {
  const sum = createSum();
  sum.through.resume();
  try {
    await pipeline(createReadStream(file), sum.through);
  } catch {
    throw new BackupError(`${file} cannot be read. Copy the whole backup again from where it is kept.`);
  }
  const found = sum.result();
  if (found.bytes !== wanted.bytes || found.sha256 !== wanted.sha256)
    throw new BackupError(
      `${file} is not what was backed up: it is damaged, or cut off. Copy it again from where the backup is kept.`,
    );
}
