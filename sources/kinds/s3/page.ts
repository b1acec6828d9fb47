import { Failure } from '../../../domain/failures.ts';
import { createXmlReader, type XmlReader } from '../../xmlReader.ts';

/** What ListObjectsV2 says of one object. */
export interface S3Object {
  key: string;
  size: number;
  /** Without its quotes; `''`: none. */
  etag: string;
  modifiedAt: Date | null;
  storageClass: string;
}

export interface S3Page {
  objects: S3Object[];
  /** Keys and common prefixes together: whether there is anything at all. */
  entries: number;
  /** Where to go on; `null`: that was all. */
  token: string | null;
}

export const PAGE_SIZE = 1_000;
/** A thousand keys of 1,024 bytes each, escaped, and what stands around them. */
const LIMITS = { bytes: 16 * 1024 * 1024, depth: 8, text: 16 * 1024 };

const garbage = (what: string) => new Failure('bad_response', `The listing of the bucket ${what}.`);

/**
 * Keys as `encoding-type=url` makes them, which is the only way to list those with control characters: UTF-8, escaped
 * as in forms. Some services write `+` for a blank, others `%20`, none a bare `+` for itself.
 */
function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw garbage('has a key that cannot be decoded');
  }
}

function readObject(fields: ReadonlyMap<string, string>): S3Object {
  const key = fields.get('Key');
  const size = fields.get('Size') ?? '';
  if (key === undefined || key === '' || !/^\d{1,15}$/.test(size))
    throw garbage('has an entry without key or size');
  const time = Date.parse(fields.get('LastModified')?.slice(0, 64) ?? '');
  return {
    key,
    size: Number(size),
    etag: (fields.get('ETag') ?? '').trim().replace(/^W\//, '').replaceAll('"', '').slice(0, 200),
    modifiedAt: Number.isNaN(time) ? null : new Date(time),
    storageClass: fields.get('StorageClass') ?? '',
  };
}

/** Reads one `ListBucketResult`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function createPageReader(): { write: XmlReader['write']; end(): S3Page } {
  const objects: S3Object[] = [];
  let entries = 0;
  let fields = new Map<string, string>();
  const said = new Map<string, string>();
  const reader = createXmlReader(
    'ListBucketResult',
    {
      open(path) {
        if (path === 'ListBucketResult/Contents') fields = new Map();
      },
      close(path, text) {
        const [, first = '', second, third] = path.split('/');
        if (third !== undefined) return;
        if (first === 'Contents' && second !== undefined) fields.set(second, text);
        else if (second === undefined && first !== '') said.set(first, text);
        if (path !== 'ListBucketResult/Contents' && path !== 'ListBucketResult/CommonPrefixes') return;
        if (++entries > PAGE_SIZE) throw garbage('has more entries than were asked for');
        if (first === 'Contents') objects.push(readObject(fields));
      },
    },
    LIMITS,
  );
  return {
    write: (chunk) => reader.write(chunk),
    end() {
      reader.end();
      const escaped = said.get('EncodingType') === 'url';
      if (escaped) for (const object of objects) object.key = decodeKey(object.key);
      const token = said.get('NextContinuationToken') ?? '';
      const more = said.get('IsTruncated') === 'true';
      if (more && (token === '' || token.length > 8_192)) throw garbage('does not say where it goes on');
      return { objects, entries, token: more ? token : null };
    },
  };
}
