import { z } from 'zod';
import { readCursorOf } from '../../cursor.ts';
import { maxDepth, readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
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
  ...TREE_SETTINGS,
  /** Slashes in a key behind the prefix; deeper ones are left out. */
  maxDepth: maxDepth(50),
});

export type S3Settings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): S3Settings {
  return readSettingsOf(SETTINGS, settings, 'S3');
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
  return readCursorOf(CURSOR, cursor);
}
