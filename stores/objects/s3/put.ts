import { createHash } from 'node:crypto';
import { fileBody, hashOf } from './file.ts';
import { headObject, SHA256_HEADER, type Stored } from './head.ts';
import { putInParts, SINGLE_BYTES } from './multipart.ts';
import { Damaged, persist } from './patience.ts';
import type { Body, Wire } from './wire.ts';

async function looksWrong(
  found: Stored | null,
  body: Body,
  path: string,
  whole: boolean,
): Promise<string | null> {
  if (found === null) return 'The object store took the bytes and has no such object.';
  if (found.bytes !== body.bytes)
    return `The object store kept ${found.bytes} of ${body.bytes} bytes and called it a success.`;
  const other = 'The object store kept other bytes than were sent.';
  if (found.checksum !== null) return found.checksum === body.sha256 ? null : other;
  if (!whole || found.md5 === null) return null;
  const opened = body.open();
  if (!Buffer.isBuffer(opened)) {
    opened.destroy();
    return found.md5 === (await hashOf(path, 'md5')) ? null : other;
  }
  return found.md5 === createHash('md5').update(opened).digest('hex') ? null : other;
}

/**
 * Stores a finished file, then asks the store what it has: some keep a part of the bytes and call it a success. Such
 * an object is sent again; whoever looks meanwhile finds it damaged, but no row promises it yet.
 * @throws Failure
 */
export async function putFile(wire: Wire, key: string, path: string, contentType: string): Promise<Stored> {
  const body = await fileBody(path);
  const headers = { 'content-type': contentType, [SHA256_HEADER]: body.sha256 };
  const whole = body.bytes <= SINGLE_BYTES;
  return persist(async () => {
    if (whole) {
      await wire.ask({
        method: 'PUT',
        key,
        headers: { ...headers, 'x-amz-checksum-sha256': Buffer.from(body.sha256, 'hex').toString('base64') },
        body,
        right: [200],
      });
    } else {
      await putInParts(wire, key, path, body, headers);
    }
    const found = await headObject(wire, key);
    const wrong = await looksWrong(found, body, path, whole);
    if (found === null || wrong !== null) throw new Damaged(wrong ?? 'The object is gone.');
    return found;
  }, wire.patienceFor(body.bytes));
}
