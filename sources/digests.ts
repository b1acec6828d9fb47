import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Hashes of one content, in lower-case hex. */
export interface Digest {
  sha256: string;
  /** `null`: nobody asked for it. */
  md5: string | null;
  /** Dropbox's `content_hash`: SHA-256 of the SHA-256s of its blocks of 4 MiB. https://www.dropbox.com/developers/reference/content-hash */
  dropbox: string;
}

export interface Digests {
  update(chunk: Buffer): void;
  /** Ends the calculation. */
  end(): Digest;
}

const BLOCK = 4 * 1024 * 1024;

/** Of a whole file, in lower-case hex. */
export async function md5Of(path: string): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), md5);
  return md5.digest('hex');
}

/** @param wanted MD5 costs more than everything else here together, so it is taken where something is compared with it. */
export function createDigests(wanted: { md5: boolean } = { md5: false }): Digests {
  const sha256 = createHash('sha256');
  const md5 = wanted.md5 ? createHash('md5') : null;
  const blocks: Buffer[] = [];
  /** Of the block after the first; the first one's hash is that of all bytes so far. */
  let block: Hash | null = null;
  /** Bytes in the block that is being filled. */
  let filled = 0;

  function add(part: Buffer): void {
    sha256.update(part);
    block?.update(part);
    filled += part.length;
  }

  return {
    update(chunk) {
      md5?.update(chunk);
      let rest = chunk;
      while (rest.length > BLOCK - filled) {
        const room = BLOCK - filled;
        if (room > 0) add(rest.subarray(0, room));
        blocks.push((block ?? sha256.copy()).digest());
        block = createHash('sha256');
        filled = 0;
        rest = rest.subarray(room);
      }
      add(rest);
    },
    end() {
      const whole = sha256.digest();
      if (filled > 0) blocks.push(block === null ? whole : block.digest());
      return {
        sha256: whole.toString('hex'),
        md5: md5?.digest('hex') ?? null,
        dropbox: createHash('sha256').update(Buffer.concat(blocks)).digest('hex'),
      };
    },
  };
}
