import { createHash, createHmac } from 'node:crypto';

/**
 * AWS Signature Version 4, in the headers of a request or in an address that is given away.
 *
 * Not with the functions of the package `minio`: those never sign the length and type of a body, and an address for an
 * upload must hold its owner to both.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export interface SigningKey {
  accessKey: string;
  secretKey: string;
  region: string;
}

export const UNSIGNED = 'UNSIGNED-PAYLOAD';
const ALGORITHM = 'AWS4-HMAC-SHA256';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** RFC 3986 unreserved characters stay, all others are escaped: how signatures spell paths and queries. */
export const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export function queryOf(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
}

/** `20130524T000000Z` */
const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');

const scopeOf = (at: Date, region: string): string => `${stamp(at).slice(0, 8)}/${region}/s3/aws4_request`;

interface Signed {
  method: string;
  /** Its query spelled as `queryOf` does. */
  url: URL;
  /** Lower-case names; all of them are signed. */
  headers: Readonly<Record<string, string>>;
  /** SHA-256 of the body, hex, or `UNSIGNED`. */
  payload: string;
}

function signatureOf({ method, url, headers, payload }: Signed, key: SigningKey, at: Date): string {
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    url.pathname,
    url.search.slice(1),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    names.join(';'),
    payload,
  ].join('\n');
  const toSign = [
    ALGORITHM,
    stamp(at),
    scopeOf(at, key.region),
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const day = hmac(`AWS4${key.secretKey}`, stamp(at).slice(0, 8));
  const signing = hmac(hmac(hmac(day, key.region), 's3'), 'aws4_request');
  return hmac(signing, toSign).toString('hex');
}

/** @returns all headers of the request: those given and the ones that prove who sends it */
export function signHeaders(request: Signed, key: SigningKey, at: Date = new Date()): Record<string, string> {
  const headers = {
    ...request.headers,
    host: request.url.host,
    'x-amz-content-sha256': request.payload,
    'x-amz-date': stamp(at),
  };
  const signature = signatureOf({ ...request, headers }, key, at);
  return {
    ...headers,
    authorization:
      `${ALGORITHM} Credential=${key.accessKey}/${scopeOf(at, key.region)},` +
      `SignedHeaders=${Object.keys(headers).sort().join(';')},Signature=${signature}`,
  };
}

/**
 * An address that lets whoever holds it make this one request until it expires.
 * @param request.headers what must be sent with exactly these values
 */
export function presign(
  request: Omit<Signed, 'payload' | 'url'> & { url: URL; query: Readonly<Record<string, string>> },
  seconds: number,
  key: SigningKey,
  at: Date = new Date(),
): string {
  const headers = { ...request.headers, host: request.url.host };
  const url = new URL(request.url);
  url.search = queryOf({
    ...request.query,
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${key.accessKey}/${scopeOf(at, key.region)}`,
    'X-Amz-Date': stamp(at),
    'X-Amz-Expires': String(seconds),
    'X-Amz-SignedHeaders': Object.keys(headers).sort().join(';'),
  });
  const signature = signatureOf({ ...request, url, headers, payload: UNSIGNED }, key, at);
  return `${url.href}&X-Amz-Signature=${signature}`;
}
