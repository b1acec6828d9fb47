import { MIME_TYPES } from '../../../domain/limits.ts';
import type { DirectAccess } from '../objectStore.ts';
import { urlOf } from './address.ts';
import { SHA256_HEADER } from './head.ts';
import type { S3Settings } from './settings.ts';
import { presign } from './signature.ts';

/** What may be shown for an object: nothing that a browser runs. */
const CONTENT_TYPES: ReadonlySet<string> = new Set([
  ...Object.values(MIME_TYPES),
  'application/octet-stream',
]);
const LONGEST_GET_S = 300;
const LONGEST_PUT_S = 3_600;

/** RFC 6266: a plain name for old clients, RFC 5987 for all others. */
export function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_').slice(0, 200);
  const exact = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function checkSeconds(seconds: number, longest: number): void {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longest)
    throw new TypeError(`An address is given away for 1 to ${longest} seconds.`);
}

/** Addresses for one request each, signed for where the store is reached from outside. */
export function createDirectAccess(settings: S3Settings, assertKey: (key: string) => void): DirectAccess {
  const { publicEndpoint } = settings;
  return {
    presignGet(key, { seconds, contentType, fileName }) {
      assertKey(key);
      checkSeconds(seconds, LONGEST_GET_S);
      if (!CONTENT_TYPES.has(contentType))
        throw new TypeError(`Not a type that is given away: ${contentType}`);
      const query = {
        'response-content-type': contentType,
        'response-cache-control': `private, max-age=${seconds}`,
        ...(fileName === undefined ? {} : { 'response-content-disposition': attachment(fileName) }),
      };
      return presign(
        { method: 'GET', url: urlOf(publicEndpoint, settings, key), query, headers: {} },
        seconds,
        settings,
      );
    },
    presignPut(key, { seconds, contentType, bytes, sha256 }) {
      assertKey(key);
      checkSeconds(seconds, LONGEST_PUT_S);
      if (!CONTENT_TYPES.has(contentType)) throw new TypeError(`Not a type that is taken: ${contentType}`);
      const headers = {
        'content-type': contentType,
        ...(sha256 === undefined
          ? {}
          : {
              [SHA256_HEADER]: sha256,
              'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
            }),
      };
      const url = presign(
        {
          method: 'PUT',
          url: urlOf(publicEndpoint, settings, key),
          query: {},
          headers: { ...headers, 'content-length': String(bytes) },
        },
        seconds,
        settings,
      );
      return { url, method: 'PUT', headers };
    },
  };
}
