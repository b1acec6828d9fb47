import { isSafeName } from './names.ts';
import { parameterNames, withoutParameters } from './queries.ts';

interface Scheme {
  /** All of them are there in an address that is signed this way. */
  marks: readonly string[];
  /** What is different in every address that is handed out for one file; a `-` at the end stands for all that begin so. */
  volatile: readonly string[];
}

/** The documented parameters of the common schemes, in lower case. */
const SCHEMES: readonly Scheme[] = [
  // S3 and everything like it (AWS Signature Version 4), then Google's and Alibaba's relatives of it.
  { marks: ['x-amz-signature'], volatile: ['x-amz-'] },
  { marks: ['x-goog-signature'], volatile: ['x-goog-'] },
  { marks: ['x-oss-signature'], volatile: ['x-oss-'] },
  // Their forerunners.
  { marks: ['awsaccesskeyid', 'signature'], volatile: ['awsaccesskeyid', 'signature', 'expires', 'x-amz-'] },
  { marks: ['googleaccessid', 'signature'], volatile: ['googleaccessid', 'signature', 'expires'] },
  { marks: ['ossaccesskeyid', 'signature'], volatile: ['ossaccesskeyid', 'signature', 'expires'] },
  // CloudFront, with a canned or a custom policy.
  { marks: ['key-pair-id', 'signature'], volatile: ['key-pair-id', 'signature', 'expires', 'policy'] },
  // Azure's shared access signatures.
  {
    marks: ['sig', 'sv'],
    volatile: [
      ...['sig', 'sv', 'ss', 'srt', 'sr', 'sp', 'se', 'st', 'spr', 'sip'],
      ...['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv'],
    ],
  },
];

function schemeOf(url: URL): Scheme | undefined {
  if (url.search === '') return undefined;
  const names = new Set(parameterNames(url).map((name) => name.toLowerCase()));
  return SCHEMES.find(({ marks }) => marks.every((mark) => names.has(mark)));
}

/** Whether an address carries a signature that runs out. */
export const isSigned = (url: URL): boolean => schemeOf(url) !== undefined;

/** The address without what is different each time it is handed out, so that a file can be known again by it. */
export function stableUrl(url: URL): string {
  const scheme = schemeOf(url);
  if (scheme === undefined) return url.href;
  const drop = (name: string) =>
    scheme.volatile.some((each) => (each.endsWith('-') ? name.startsWith(each) : name === each));
  return withoutParameters(url, (name) => drop(name.toLowerCase())).href;
}

/** The last part of an address, decoded where it can be. */
export function nameInUrl(url: URL): string {
  const last = url.pathname.split('/').filter(Boolean).at(-1) ?? url.host;
  try {
    const name = decodeURIComponent(last);
    return isSafeName(name) ? name : last;
  } catch {
    return last;
  }
}
