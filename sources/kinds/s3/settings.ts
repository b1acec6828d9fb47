import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../source.ts';

/** What regions are called, at Amazon and elsewhere. It becomes part of a host name, so nothing else may be in it. */
export const REGION = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?$/;

/** What an import from S3 is told; stored with it. */
const SETTINGS = z.strictObject({
  /** Origin of the service. */
  endpoint: z.string(),
  bucket: z.string(),
  /** What the keys begin with; ends with `/`, or is empty for the whole bucket. */
  prefix: z.string(),
  /** `null`: what the service says, `us-east-1` until it says something. */
  region: z.string().regex(REGION).nullable().default(null),
  /** Whether the bucket stands in the path rather than in the host name; `null`: as is usual at the endpoint. */
  pathStyle: z.boolean().nullable().default(null),
  recursive: z.boolean().default(true),
  /** Slashes in a key behind the prefix; deeper ones are left out. */
  maxDepth: z.int().min(0).max(50).default(50),
  /** Patterns of `globs.ts`, over keys without the prefix. */
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
});

export type S3Settings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): S3Settings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw new Failure('bad_address', `The setting "${at ?? ''}" of the S3 source cannot be used.`);
}

/** In header fields and signatures, so without blanks and controls. */
const visible = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\x21-\x7e]+$/);

export const S3_CREDENTIALS = z.strictObject({
  type: z.literal('s3'),
  // A comma would end it in the header that it is sent in.
  access_key: visible(128).regex(/^[^,]+$/),
  secret_key: z.string().min(1).max(512),
  session_token: visible(8_192).optional(),
});
export type S3Credentials = z.infer<typeof S3_CREDENTIALS>;

const CURSOR = z.object({
  /** The service's continuation token for the next page. */
  token: z.string().max(8_192),
  /** Pages read so far, and the token before one of them: whoever hands a token out again goes round in circles. */
  pages: z.int(),
  seen: z.string(),
});
export type S3Cursor = z.infer<typeof CURSOR>;

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): S3Cursor | null {
  if (cursor === null) return null;
  const read = CURSOR.safeParse(cursor);
  if (read.success) return read.data;
  throw new Failure(
    'internal_error',
    'The place where the listing was to go on cannot be read. Start the import again.',
  );
}
