import { createStore, type Store } from '../api/store.ts';
import { looksLikeImage } from './imageNames.ts';
import { createUploadQueue } from './queue.ts';
import type { Send, Settle, UploadQueue } from './uploadState.ts';

/** What the last drop or choice left aside, told once beside the queue. */
interface Aside {
  /** Files in folders that are not images. */
  leftOut: number;
  /** Why a folder could not be read to its end. */
  unread: string | null;
}

const NOTHING: Aside = { leftOut: 0, unread: null };

export interface Uploads {
  queue: UploadQueue<File>;
  aside: Pick<Store<Aside>, 'get' | 'subscribe'>;
  /** Starts a new choice: what was left aside before is forgotten. */
  begin(): void;
  add(files: readonly File[], inFolder: boolean): void;
  couldNotRead(reason: string): void;
}

export function createUploads(send: Send<File>, settle: Settle): Uploads {
  const queue = createUploadQueue<File>(send, settle);
  const aside = createStore<Aside>(NOTHING);
  return {
    queue,
    aside,
    begin: () => aside.set(NOTHING),
    add(files, inFolder) {
      const images = inFolder ? files.filter(looksLikeImage) : files;
      const leftOut = files.length - images.length;
      if (leftOut > 0) aside.set({ ...aside.get(), leftOut: aside.get().leftOut + leftOut });
      queue.add(images);
    },
    couldNotRead: (reason) => aside.set({ ...aside.get(), unread: reason }),
  };
}
