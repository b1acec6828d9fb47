import { Failure } from '../../../domain/failures.ts';
import type { Held } from '../../held.ts';
import { type Contents, createWalk, type FileFacts } from '../../listing/walk.ts';
import type { HttpClient } from '../../reach/client.ts';
import type { Json, ListPage, RequestBudget } from '../../source.ts';
import type { WebdavEntry } from './multistatus.ts';
import type { WebdavPlace } from './places.ts';
import { readCollection } from './readCollection.ts';
import { readCursor, type WebdavSettings } from './settings.ts';

export interface ListOptions {
  client: HttpClient;
  budget: RequestBudget;
  settings: WebdavSettings;
  places: readonly WebdavPlace[];
  held: Held<Contents<WebdavEntry>>;
}

function factsOf({ size, modifiedAt, etag, hashes }: WebdavEntry): FileFacts {
  const version =
    etag === '' ? `${size ?? '?'}@${modifiedAt?.toISOString() ?? '?'}` : `${etag}/${size ?? '?'}`;
  const known = Object.keys(hashes).length > 0;
  return { size, sizeExact: size !== null, modifiedAt, version, ...(known && { hashes }) };
}

/** Nothing of the kind is at this place: it may be at the next. */
const isAbsent = (error: unknown) =>
  error instanceof Failure && (error.type === 'source_not_found' || error.type === 'not_a_listing');

export function createLister({ client, budget, settings, places, held }: ListOptions) {
  const shared = settings.share !== null;
  const walks = places.map(({ root, credentials }) =>
    createWalk<WebdavEntry>({
      ...settings,
      root,
      visitor: credentials,
      held,
      factsOf,
      read: (url, signal) => readCollection({ client, budget, url, credentials, shared, signal }),
    }),
  );

  async function page(place: number, walk: Json, signal: AbortSignal): Promise<ListPage> {
    const list = walks[place];
    if (list === undefined)
      throw new Failure('internal_error', 'The listing was to go on at no known place.');
    const found = await list(walk, signal);
    return { ...found, next: found.next === null ? null : { place, walk: found.next } };
  }

  return async function list(cursor: Json, signal: AbortSignal): Promise<ListPage> {
    if (cursor !== null) {
      const { place, walk } = readCursor(cursor);
      return page(place, walk as Json, signal);
    }
    for (let place = 0; ; place++) {
      try {
        return await page(place, null, signal);
      } catch (error) {
        if (!isAbsent(error) || place === places.length - 1) throw error;
      }
    }
  };
}
