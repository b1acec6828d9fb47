import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import type { Json } from '../source.ts';

/** What an import from a tree of directories is told; a kind adds its own. */
export const TREE_SETTINGS = {
  recursive: z.boolean().default(true),
  /** Directories within each other below the address; deeper ones are not looked into. */
  maxDepth: z.int().min(0).max(50).default(10),
  /** Patterns of `globs.ts`, over paths relative to the address. */
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
};

const SHAPE = z.object(TREE_SETTINGS);
export type TreeSettings = z.infer<typeof SHAPE>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettingsOf<T>(schema: z.ZodType<T>, settings: Json, title: string): T {
  const read = schema.safeParse(settings);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw new Failure('bad_address', `The setting "${at ?? ''}" of the ${title} source cannot be used.`);
}

/** Directories still to be read, nearest first, and the last name of the first one that was handed out already. */
const CURSOR = z.object({
  /** Paths below the root, `''` for itself, others ending with `/`. */
  pending: z.array(z.string()).min(1),
  after: z.string().nullable(),
  /** Directories seen in all. */
  seen: z.int(),
});

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): z.infer<typeof CURSOR> {
  if (cursor === null) return { pending: [''], after: null, seen: 1 };
  const read = CURSOR.safeParse(cursor);
  if (read.success) return read.data;
  throw new Failure(
    'internal_error',
    'The place where the listing was to go on cannot be read. Start the import again.',
  );
}
