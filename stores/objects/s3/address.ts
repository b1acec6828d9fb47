import type { S3Settings } from './settings.ts';
import { escaped, queryOf } from './signature.ts';

type Place = Pick<S3Settings, 'bucket' | 'pathStyle' | 'prefix'>;

/** @param key without the prefix; `null`: the bucket itself */
export function urlOf(
  endpoint: string,
  { bucket, pathStyle, prefix }: Place,
  key: string | null,
  query: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL(endpoint);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const path = [
    ...(pathStyle ? [escaped(bucket)] : []),
    ...(key === null ? [] : `${prefix}${key}`.split('/').map(escaped)),
  ];
  url.pathname = `/${path.join('/')}`;
  url.search = queryOf(query);
  return url;
}
