import { z } from 'zod';
import { readCursorOf } from '../../cursor.ts';
import { readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';

/** What an import over WebDAV is told; stored with it. */
const SETTINGS = z.strictObject({
  /** The collection; of a public link, where the service is. */
  base: z.string(),
  /** A public link; `null`: none. The folder in it is undecoded. */
  share: z.strictObject({ token: z.string(), folder: z.string() }).nullable(),
  ...TREE_SETTINGS,
});

export type WebdavSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readSettings(settings: Json): WebdavSettings {
  return readSettingsOf(SETTINGS, settings, 'WebDAV');
}

const CURSOR = z.object({
  /** Which of the places where a link's files can be they were found at. */
  place: z.int().min(0),
  walk: z.json(),
});

/** @throws Failure `internal_error`: only we write cursors. */
export function readCursor(cursor: Json): z.infer<typeof CURSOR> {
  return readCursorOf(CURSOR, cursor);
}
