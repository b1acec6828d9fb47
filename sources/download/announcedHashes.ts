import type { ResponseHead } from '../reach/response.ts';

type Name = 'sha256' | 'md5';

const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');

/** `Repr-Digest` (RFC 9530), its forerunner `Digest` (RFC 3230) and `Content-MD5` (RFC 1864), of a whole file. */
export function announcedHashes(head: ResponseHead): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  const contentMd5 = head.header('content-md5');
  if (contentMd5) found.md5 = hex(contentMd5.slice(0, 64));
  const text = `${head.header('digest') ?? ''},${head.header('repr-digest') ?? ''}`.slice(0, 1_024);
  for (const part of text.split(',')) {
    const match = /^\s*(sha-256|md5)=:?([A-Za-z0-9+/=]{20,48}):?\s*$/i.exec(part);
    if (match?.[1] && match[2]) found[match[1].toLowerCase() === 'md5' ? 'md5' : 'sha256'] = hex(match[2]);
  }
  // S3, where the object was stored with one; of an object put together from parts it is a hash of hashes.
  const stored = head.header('x-amz-checksum-sha256');
  if (stored && /^[A-Za-z0-9+/]{43}=$/.test(stored) && head.header('x-amz-checksum-type') !== 'COMPOSITE')
    found.sha256 = hex(stored);
  // Anything of another length is not such a hash, whatever the header says.
  if (found.md5?.length !== 32) delete found.md5;
  if (found.sha256?.length !== 64) delete found.sha256;
  return found;
}
