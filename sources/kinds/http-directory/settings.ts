import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../source.ts';

/** What an import from an HTTP directory is told; stored with it. */
const SETTINGS = z.strictObject({
  url: z.string(),
  recursive: z.boolean().default(true),
  /** Directories within each other below the address; deeper ones are not looked into. */
  maxDepth: z.int().min(0).max(50).default(10),
  /** Patterns of `globs.ts`, over paths relative to the address. */
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
});

export type HttpDirectorySettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): HttpDirectorySettings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return read.data;
  const at = read.error.issues[0]?.path.join('.') ?? '';
  throw new Failure('bad_address', `The setting "${at}" of the directory source cannot be used.`);
}
