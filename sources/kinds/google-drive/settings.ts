import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Json } from '../../source.ts';
import { ID, KEY } from './ids.ts';

/** What an import from Google Drive is told; stored with it. */
const SETTINGS = z.strictObject({
  id: z.string().regex(ID),
  /** Of the link. Whoever has the link has it, so it is no secret of ours. */
  resourceKey: z.string().regex(KEY).nullable().default(null),
  recursive: z.boolean().default(true),
  /** Folders within each other below the address; deeper ones are not looked into. */
  maxDepth: z.int().min(0).max(50).default(10),
  /** Patterns of `globs.ts`, over paths of names relative to the address. */
  include: z.array(z.string()).max(50).default([]),
  exclude: z.array(z.string()).max(50).default([]),
  /** Fetch files that Google flagged as harmful, where it lets the account. */
  acknowledge_abuse: z.boolean().default(false),
});

export type DriveSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): DriveSettings {
  const read = SETTINGS.safeParse(settings);
  if (read.success) return read.data;
  const at = read.error.issues[0]?.path.join('.') ?? '';
  throw new Failure('bad_address', `The setting "${at}" of the Google Drive source cannot be used.`);
}
