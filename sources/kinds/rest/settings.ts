import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { PATTERNS } from '../../settings.ts';
import type { Json } from '../../source.ts';
import { HEADERS, PARAMETER, QUERY } from './fixed.ts';
import { PATH } from './paths.ts';
import { URL_FIELD } from './urlField.ts';

/** How to get from one page to the next. Left out: there is one page. */
const NEXT = z.discriminatedUnion('type', [
  /** The response's `Link` header with `rel="next"` (RFC 8288). */
  z.strictObject({ type: z.literal('link-header') }),
  /** An address in the answer, absolute or relative. */
  z.strictObject({ type: z.literal('body'), path: PATH }),
  /** A token in the answer, to be sent as a parameter of the query. */
  z.strictObject({ type: z.literal('cursor'), path: PATH, parameter: PARAMETER }),
  /** Pages have numbers; the first page without items is the end. */
  z.strictObject({
    type: z.literal('page'),
    parameter: PARAMETER,
    /** Number of the first page. */
    first: z.int().min(0).default(1),
    /** Parameter that asks for pages of `size` items. */
    size_parameter: PARAMETER.optional(),
    size: z.int().min(1).max(100_000).optional(),
  }),
  /** A parameter says how many items to leave out; the first page without items is the end. */
  z.strictObject({
    type: z.literal('offset'),
    parameter: PARAMETER,
    /** Items that a full page has; `offset` goes on by the number of items that really came. */
    size: z.int().min(1).max(100_000),
    size_parameter: PARAMETER.optional(),
  }),
]);

/** Paths within one item; `''` is the item itself, where items are plain texts. */
const FIELDS = z.strictObject({
  /** A path to the address of the image, or the address with paths in it: `https://host/files/{id}`. */
  url: URL_FIELD,
  /** What the item keeps for good. Without it, the address without its signature is the id. */
  id: PATH.optional(),
  /** File name; without it, the last part of the address. */
  name: PATH.optional(),
  /** Bytes, exactly. */
  size: PATH.optional(),
  /** Anything that changes with the content: an entity tag, a revision. */
  etag: PATH.optional(),
  /** Time of the last change: ISO 8601, RFC 1123, or seconds or milliseconds since 1970. */
  modified: PATH.optional(),
  /** Of the whole file, in hexadecimal or Base64. */
  sha256: PATH.optional(),
  md5: PATH.optional(),
});

/** What a REST source is told; stored with the import. docs/rest-sources.md explains it to people. */
const SETTINGS = z.strictObject({
  url: z.string(),
  /** Where the list of items is in an answer; `''`: the answer is the list. */
  items: PATH.default(''),
  fields: FIELDS.default({ url: 'url' }),
  next: NEXT.optional(),
  /** Sent with every request to the API's own server. Nothing secret. */
  headers: HEADERS.default({}),
  /** Parameters of the query; part of the address. Nothing secret. */
  query: QUERY.default({}),
  /** Over names. */
  ...PATTERNS,
});

export type RestSettings = z.infer<typeof SETTINGS>;
export type NextRule = z.infer<typeof NEXT>;
export type Fields = z.infer<typeof FIELDS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): RestSettings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const at = [...(issue?.path ?? []), ...unknown].join('.');
  const why = issue?.code === 'custom' ? ` ${issue.message}` : '';
  throw new Failure('bad_address', `The setting "${at}" of the REST source cannot be used.${why}`);
}
