import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { createHeld } from '../../held.ts';
import { PATTERNS, readSettingsOf } from '../../settings.ts';
import type { Json, SourceKindFactory } from '../../source.ts';
import { isInside, parseFolderPath } from './address.ts';
import type { DirectoryNames } from './entries.ts';
import { copyFile } from './fetch.ts';
import { createFolderLister } from './list.ts';
import { findRoot, outsideRoots } from './root.ts';

const SETTINGS = z.strictObject({
  path: z.string(),
  recursive: z.boolean().default(true),
  ...PATTERNS,
});

function readSettings(settings: Json): z.infer<typeof SETTINGS> {
  return readSettingsOf(SETTINGS, settings, 'folder');
}

/** A folder on a disk or share of the machine that the worker runs on. */
const createFolderKind: SourceKindFactory = ({ folderRoots }) => {
  const roots = folderRoots?.map(parseFolderPath) ?? null;
  const held = createHeld<DirectoryNames>(60_000);

  return {
    kind: 'folder',
    title: 'Folder',
    looksLike: 'a folder (/absolute/path or file:///absolute/path)',
    recognises: (input) => (/^\s*(\/|~|file:)/i.test(input) ? 'specific' : 'no'),
    credentials: null,
    politeness: { requestsPerSecond: null, concurrency: 64 },
    parse(input, options = {}) {
      const path = parseFolderPath(input);
      // Said early where the text alone tells; links are resolved, and the answer is final, when the folder is read.
      if (roots !== null && !roots.some((root) => isInside(root, path))) throw outsideRoots();
      return { address: path, settings: { ...readSettings({ ...options, path }) } };
    },
    account: () => 'disk',
    open(parsed) {
      const settings = readSettings(parsed.settings);
      return {
        list: createFolderLister(settings, roots, held),
        async fetch(item, options) {
          if (typeof item.locator !== 'string') throw new Failure('internal_error', 'The item has no path.');
          const root = await findRoot(settings.path, roots).catch((error: unknown) => {
            // What ends a listing is, to one item, a file that is gone.
            if (!(error instanceof Failure) || !['source_not_found', 'bad_address'].includes(error.type))
              throw error;
            throw new Failure('vanished', 'The folder that held the file is gone.', { cause: error });
          });
          return copyFile(root, item.locator, item.sizeExact ? item.size : null, options);
        },
        close: async () => {},
      };
    },
  };
};

export default createFolderKind;
