import type { S3Settings } from './settings.ts';

const AMAZON = /(^|\.)amazonaws\.com(\.cn)?$/;
/** Names that can be part of a host name, under a certificate for one more label. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** RFC 3986 unreserved characters stay, all others are escaped: how signatures spell paths and queries. */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The address of a bucket or of an object in it. At Amazon the bucket is part of the host name, which is the only way for
 * buckets made since 2020, in the region's own service; elsewhere it stands in the path, which every server understands.
 *
 * @param key without `.` and `..` between slashes, which no URL can hold
 */
export function urlOf(
  { endpoint, bucket, pathStyle }: Pick<S3Settings, 'endpoint' | 'bucket' | 'pathStyle'>,
  region: string,
  what: { key: string } | { query: Record<string, string> },
): URL {
  const base = new URL(endpoint);
  const amazon = AMAZON.test(base.hostname);
  if (base.hostname === 's3.amazonaws.com')
    base.hostname = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const inPath = pathStyle ?? !(amazon && HOST_LABEL.test(bucket));
  if (!inPath) base.hostname = `${bucket}.${base.hostname}`;
  const top = inPath ? `/${escaped(bucket)}` : '';
  if ('key' in what) return new URL(`${base.origin}${top}/${what.key.split('/').map(escaped).join('/')}`);
  const query = Object.entries(what.query)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${escaped(value)}`);
  return new URL(`${base.origin}${top || '/'}?${query.join('&')}`);
}
