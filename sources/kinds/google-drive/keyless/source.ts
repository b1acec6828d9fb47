import { Failure } from '../../../../domain/failures.ts';
import type { Held } from '../../../held.ts';
import type { Fetched, FetchItem, FetchOptions, Source } from '../../../source.ts';
import { type Asking, ask } from '../ask.ts';
import type { Endpoints } from '../endpoints.ts';
import { driveFailure } from '../faults.ts';
import { readLocator } from '../fetch.ts';
import { type Reference, resourceKeyHeader } from '../ids.ts';
import { receiveFile } from '../media.ts';
import type { DriveSettings } from '../settings.ts';
import type { FolderViewEntry } from './folderView.ts';
import { createKeylessLister, keylessItem } from './list.ts';

export interface KeylessOptions {
  asking: Asking;
  endpoints: Endpoints;
  settings: DriveSettings;
  /** The address is that of one file. */
  isFile: boolean;
  fetchTimeoutMs: number;
  held: Held<FolderViewEntry[]>;
}

/**
 * Public folders without any key, by the pages that Google shows to people. Off unless the configuration says otherwise:
 * the pages are not documented, and Google stops answering after some dozens of files.
 */
export function createKeylessSource(options: KeylessOptions): Source {
  const { asking, endpoints, settings, isFile, fetchTimeoutMs, held } = options;
  const { id, resourceKey } = settings;
  const root: Reference = { id, resourceKey };
  const list = createKeylessLister({ asking, pages: endpoints.pages, settings, root, held });

  function fetchFile(item: FetchItem, fetching: FetchOptions): Promise<Fetched> {
    const file = readLocator(item);
    const url = new URL(endpoints.bytes);
    url.searchParams.set('id', file.id);
    url.searchParams.set('export', 'download');
    // Instead of the question whether to go on without a virus scan, which larger files would be answered with.
    url.searchParams.set('confirm', 't');
    if (file.resourceKey !== null) url.searchParams.set('resourcekey', file.resourceKey);
    const time = { leftMs: fetchTimeoutMs };
    return receiveFile(item, fetching, async (headers, take) => {
      const keys = resourceKeyHeader([root, file]);
      const question = { url, headers: { ...keys, ...headers }, signal: fetching.signal, time };
      const refusal = await ask(asking, question, take).catch((error: unknown) => {
        if (!(error instanceof Failure) || error.type !== 'redirect_refused') throw error;
        throw new Failure('auth_failed', 'The file is not shared with everybody: Google asks for a sign-in.');
      });
      if (refusal !== null) throw driveFailure(refusal, 'bytes', 'own_key');
    });
  }

  return {
    async list(cursor, signal) {
      if (!isFile) return list(cursor, signal);
      signal.throwIfAborted();
      return { items: [keylessItem({ ...root, name: id, kind: 'file' }, '')], next: null };
    },
    fetch: async (item, fetching) => fetchFile(item, fetching),
    close: async () => {},
  };
}
