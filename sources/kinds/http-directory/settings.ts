import { z } from 'zod';
import { readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';

/** What an import from an HTTP directory is told; stored with it. */
const SETTINGS = z.strictObject({
  url: z.string(),
  ...TREE_SETTINGS,
});

export type HttpDirectorySettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): HttpDirectorySettings {
  return readSettingsOf(SETTINGS, settings, 'directory');
}
