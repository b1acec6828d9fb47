import { z } from 'zod';
import { maxDepth, readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';

/** What an import from Dropbox is told; stored with it. */
const SETTINGS = z.strictObject({
  address: z.string(),
  ...TREE_SETTINGS,
  maxDepth: maxDepth(50),
});

export type DropboxSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): DropboxSettings {
  return readSettingsOf(SETTINGS, settings, 'Dropbox');
}
