import type { ObjectInfo } from '../objectStore.ts';
import { Damaged, persist } from './patience.ts';
import { Refused } from './refusal.ts';
import type { S3Answer, Wire } from './wire.ts';

/** The SHA-256 of every object that we store is kept with it. */
export const SHA256_HEADER = 'x-amz-meta-sha256';

export interface Stored extends ObjectInfo {
  etag: string;
  /** Hex, as it was noted when the object was stored; `null`: somebody else stored it. */
  sha256: string | null;
  /** Hex, as the store itself counted it; `null`: it does not do that. */
  checksum: string | null;
  /** Whether the ETag can be compared with an MD5: not with keys of others, not of uploads in parts. */
  md5: string | null;
}

/** A header's one value. */
export function headerOf({ headers }: S3Answer, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

export function describe(key: string, answer: S3Answer): Stored {
  const etag = headerOf(answer, 'etag');
  const sha256 = headerOf(answer, SHA256_HEADER).toLowerCase();
  const checksum = headerOf(answer, 'x-amz-checksum-sha256');
  const encryption = headerOf(answer, 'x-amz-server-side-encryption');
  const plain = /^"?([0-9a-f]{32})"?$/i.exec(etag)?.[1]?.toLowerCase() ?? null;
  return {
    key,
    bytes: Number(headerOf(answer, 'content-length')),
    modifiedAt: new Date(headerOf(answer, 'last-modified')),
    etag,
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    // Of an upload in parts it is a checksum of checksums, marked by the number of parts.
    checksum: /^[A-Za-z0-9+/]{43}=$/.test(checksum) ? Buffer.from(checksum, 'base64').toString('hex') : null,
    md5: encryption === '' || encryption === 'AES256' ? plain : null,
  };
}

/**
 * An answer to HEAD has no words: a bucket or a key of ours that is gone looks like an object that is not there.
 * @throws Refused when something else is missing than the object
 */
async function whyMissing(wire: Wire, key: string): Promise<void> {
  try {
    await wire.ask({ method: 'GET', key, headers: { range: 'bytes=0-0' }, right: [200, 206, 416] });
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'NoSuchKey') throw error;
    return;
  }
  throw new Damaged('The object store has the object and does not have it.');
}

/** What the store has under the key, `null`: nothing. @throws Failure */
export function headObject(wire: Wire, key: string): Promise<Stored | null> {
  return persist(async () => {
    try {
      const answer = await wire.ask({
        method: 'HEAD',
        key,
        headers: { 'x-amz-checksum-mode': 'ENABLED' },
        right: [200],
      });
      return describe(key, answer);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 404) throw error;
      await whyMissing(wire, key);
      return null;
    }
  }, wire.patienceFor(0));
}
