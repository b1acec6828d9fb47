import { z } from 'zod';
import { Failure } from '../domain/failures.ts';
import type { Json } from './source.ts';

/** Patterns of `globs.ts`, over paths relative to the address. */
export const PATTERNS = {
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
};

/** Directories within each other below the address; deeper ones are not looked into. */
export const maxDepth = (usual: number) => z.int().min(0).max(50).default(usual);

/** What an import from a tree of directories is told; a kind adds its own. */
export const TREE_SETTINGS = { recursive: z.boolean().default(true), maxDepth: maxDepth(10), ...PATTERNS };

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
