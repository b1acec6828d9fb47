import { z } from 'zod';
import { readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';
import { ID, KEY } from './ids.ts';

/** What an import from Google Drive is told; stored with it. */
const SETTINGS = z.strictObject({
  id: z.string().regex(ID),
  /** Of the link. Whoever has the link has it, so it is no secret of ours. */
  resourceKey: z.string().regex(KEY).nullable().default(null),
  ...TREE_SETTINGS,
  /** Fetch files that Google flagged as harmful, where it lets the account. */
  acknowledge_abuse: z.boolean().default(false),
});

export type DriveSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): DriveSettings {
  return readSettingsOf(SETTINGS, settings, 'Google Drive');
}
