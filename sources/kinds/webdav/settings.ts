import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../source.ts';

/** What an import over WebDAV is told; stored with it. */
const SETTINGS = z.strictObject({
  /** The collection; of a public link, where the service is. */
  base: z.string(),
  /** A public link; `null`: none. The folder in it is undecoded. */
  share: z.strictObject({ token: z.string(), folder: z.string() }).nullable(),
  recursive: z.boolean().default(true),
  /** Folders within each other below the address; deeper ones are not looked into. */
  maxDepth: z.int().min(0).max(50).default(10),
  /** Patterns of `globs.ts`, over paths relative to the address. */
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
});

export type WebdavSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): WebdavSettings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw new Failure('bad_address', `The setting "${at ?? ''}" of the WebDAV source cannot be used.`);
}

const CURSOR = z.object({
  /** Which of the places where a link's files can be they were found at. */
  place: z.int().min(0),
  walk: z.json(),
});

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): z.infer<typeof CURSOR> {
  const read = CURSOR.safeParse(cursor);
  if (read.success) return read.data;
  throw new Failure(
    'internal_error',
    'The place where the listing was to go on cannot be read. Start the import again.',
  );
}
