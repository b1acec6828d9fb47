import { Failure } from '../../../domain/failures.ts';
import { hasControl } from '../../../domain/text.ts';
import { parseHttpUrl } from '../../reach/address.ts';

const MAX_LENGTH = 2_048;
const AMAZON = 'https://s3.amazonaws.com';
/** Amazon's own rule is narrower; other services take capitals and `_`. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;
/** `s3.eu-central-1.amazonaws.com`, `s3-eu-west-1.amazonaws.com`: one place in its region, whose name is the region. */
const REGIONAL = /^s3[.-]((?!dualstack|fips|accelerate|external)[a-z0-9-]+)\.amazonaws\.com$/;

export interface S3Address {
  /** Canonical. */
  address: string;
  endpoint: string;
  bucket: string;
  prefix: string;
  /** Where the endpoint tells. */
  region: string | null;
}

function refuse(message: string): never {
  throw new Failure('bad_address', message);
}

/** @throws Failure `bad_address` */
function parseEndpoint(given: string): { endpoint: string; region: string | null } {
  const url = parseHttpUrl(given);
  if (url.pathname !== '/' || url.search !== '')
    refuse('The endpoint must be a server alone (https://host or https://host:port), without a path.');
  const region = url.protocol === 'https:' && url.port === '' ? REGIONAL.exec(url.hostname)?.[1] : undefined;
  return region === undefined ? { endpoint: url.origin, region: null } : { endpoint: AMAZON, region };
}

/**
 * `s3://bucket/prefix/` at Amazon, or wherever `endpoint` says, and `s3+https://host:port/bucket/prefix/` in one line.
 *
 * The prefix is text, as in every tool that takes such addresses: nothing in it is an escape, a query or a fragment. It
 * is a folder, with or without the slash at its end.
 *
 * @param endpoint as set beside the address
 * @throws Failure `bad_address`; the message never holds the address
 */
export function parseS3Address(input: string, endpoint?: string): S3Address {
  const text = input.trim();
  if (text.length > MAX_LENGTH) refuse(`The address is longer than ${MAX_LENGTH} characters.`);
  if (hasControl(text)) refuse('The address contains control characters.');
  const parts = /^s3(?:\+(https?))?:\/\/([^/]*)\/?(.*)$/i.exec(text);
  if (parts === null) {
    refuse('An S3 address must look like s3://bucket/prefix/ or s3+https://host/bucket/prefix/.');
  }
  const [, scheme, authority = '', rest = ''] = parts;
  if (authority.includes('@') || (scheme === undefined && authority.includes(':'))) {
    refuse('The address holds a key or password. Leave them out and give the credentials separately.');
  }
  const set = endpoint === undefined ? null : parseEndpoint(endpoint);
  const named = scheme === undefined ? null : parseEndpoint(`${scheme.toLowerCase()}://${authority}`);
  if (set !== null && named !== null && set.endpoint !== named.endpoint)
    refuse('The address names another server than the setting "endpoint". Leave one of them out.');
  const place = named ?? set ?? { endpoint: AMAZON, region: null };

  const slash = rest.indexOf('/');
  const bucket = named === null ? authority : slash < 0 ? rest : rest.slice(0, slash);
  const path = named === null ? rest : slash < 0 ? '' : rest.slice(slash + 1);
  if (!BUCKET.test(bucket) || bucket.includes('..'))
    refuse('The address has no bucket, or not the name of one.');
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    refuse('The prefix has "." or ".." in it. Give it as it stands in the keys.');
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  const address =
    place.endpoint === AMAZON ? `s3://${bucket}/${prefix}` : `s3+${place.endpoint}/${bucket}/${prefix}`;
  return { address, endpoint: place.endpoint, bucket, prefix, region: place.region };
}
