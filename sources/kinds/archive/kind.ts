import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { WEB_CREDENTIALS, type WebCredentials } from '../../credentials.ts';
import { readCursorOf } from '../../cursor.ts';
import { createFilter } from '../../globs.ts';
import { createHeld, visitorKey } from '../../held.ts';
import type { Asked } from '../../reach/status.ts';
import { PATTERNS, readSettingsOf } from '../../settings.ts';
import type { Json, SourceItem, SourceKindFactory } from '../../source.ts';
import { isInside, parseFolderPath } from '../folder/address.ts';
import { outsideRoots } from '../folder/root.ts';
import { looksLikeArchive, parseArchiveAddress } from './address.ts';
import { readEntries } from './directory.ts';
import { openFileArchive } from './filePlace.ts';
import { itemsOf, LOCATOR, refuseBombs } from './items.ts';
import { openKeptArchive } from './keptPlace.ts';
import type { Place } from './place.ts';
import { unpack } from './unpack.ts';
import { openWebArchive } from './webPlace.ts';

const PAGE_SIZE = 1_000;

const SETTINGS = z.strictObject({
  where: z.union([
    z.strictObject({ path: z.string() }),
    z.strictObject({ url: z.string() }),
    z.strictObject({ kept: z.uuid() }),
  ]),
  ...PATTERNS,
});

const CURSOR = z.object({ from: z.int().min(0), version: z.string() });

const readSettings = (settings: Json): z.infer<typeof SETTINGS> =>
  readSettingsOf(SETTINGS, settings, 'archive');

const changed = () =>
  new Failure(
    'changed_during_read',
    'The archive was replaced after its directory was read. Import it again.',
  );

/** The pictures in a zip archive: a file, one on a web server, or one that was uploaded. */
const createArchiveKind: SourceKindFactory = ({ client, folderRoots, archives }) => {
  const roots = folderRoots?.map(parseFolderPath) ?? null;
  const held = createHeld<SourceItem[]>(60_000);

  return {
    kind: 'archive',
    title: 'Zip archive',
    looksLike: 'a zip archive (/absolute/path.zip or https://host/photos.zip)',
    recognises: (input) => (looksLikeArchive(input) ? 'specific' : 'no'),
    credentials: WEB_CREDENTIALS,
    politeness: { requestsPerSecond: null, concurrency: 6 },
    parse(input, options = {}) {
      const found = parseArchiveAddress(input);
      if (found.at === 'file' && roots !== null && !roots.some((root) => isInside(root, found.path)))
        throw outsideRoots();
      const [address, where] =
        found.at === 'web' ? [found.url.href, { url: found.url.href }] : [found.path, { path: found.path }];
      return { address, settings: { ...readSettings({ ...options, where }) } };
    },
    account: ({ address }) => (URL.canParse(address) ? new URL(address).host : 'disk'),
    open(parsed, { credentials, budget }) {
      const { where, include, exclude } = readSettings(parsed.settings);
      const give = credentials as WebCredentials | null;

      async function within<T>(
        asked: Asked,
        signal: AbortSignal,
        work: (place: Place) => Promise<T>,
      ): Promise<T> {
        const place = await openPlace(asked, signal);
        try {
          return await work(place);
        } finally {
          await place.close();
        }
      }

      async function openPlace(asked: Asked, signal: AbortSignal): Promise<Place> {
        if ('kept' in where) return openKeptArchive(archives, where.kept);
        if ('path' in where) return openFileArchive(where.path, roots);
        const url = new URL(where.url);
        const own = give === null ? undefined : { origin: url.origin, give };
        return openWebArchive({ client, url, asked, budget, credentials: own }, signal);
      }

      return {
        list: (cursor, signal) =>
          within('listing', signal, async (place) => {
            const key = `${parsed.address} ${visitorKey([credentials, include, exclude])} ${place.version}`;
            const at = cursor === null ? null : readCursorOf(CURSOR, cursor);
            if (at !== null && at.version !== place.version) throw changed();
            let items = held.get(key);
            if (items === undefined) {
              const entries = await readEntries(place, signal);
              refuseBombs(entries, place);
              items = itemsOf(entries, place.version, createFilter(include, exclude));
            }
            const from = at?.from ?? 0;
            const to = from + PAGE_SIZE;
            if (to < items.length) held.put(key, items);
            else held.drop(key);
            return {
              items: items.slice(from, to),
              next: to < items.length ? { from: to, version: place.version } : null,
            };
          }),
        async fetch(item, options) {
          const locator = LOCATOR.safeParse(item.locator);
          if (!locator.success) throw new Failure('internal_error', 'The item has no place in its archive.');
          const gone = (error: unknown): never => {
            // What ends a listing is, to one item, a file that is gone.
            if (!(error instanceof Failure) || !['source_not_found', 'bad_address'].includes(error.type))
              throw error;
            throw new Failure('vanished', 'The archive that held the file is gone.', { cause: error });
          };
          return within('file', options.signal, async (place) => {
            if (place.version !== locator.data.version) throw changed();
            return unpack(place, locator.data, item, options);
          }).catch(gone);
        },
        close: async () => {},
      };
    },
  };
};

export default createArchiveKind;
