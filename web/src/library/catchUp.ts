import type { Image, ImageList } from '../api/types.ts';
import { PAGE_SIZE, putInFront, type Shelf, touches } from './shelf.ts';

/** Pages of news that are put in front; with more than that missed, starting afresh is quicker. */
const MOST_PAGES = 10;

export interface ShelfAccess {
  fetchPage(page: number): Promise<ImageList>;
  read(): Shelf | undefined;
  write(next: Shelf): void;
}

/**
 * Brings the front of the library up to date. Calls while one is running are answered by one more run after it, so
 * a flood of events costs two requests at a time at most.
 */
export function createCatchUp(access: ShelfAccess): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;

  async function run(): Promise<void> {
    const held = access.read();
    if (held === undefined) return;
    const newest: Image[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const list = await access.fetchPage(page);
      newest.push(...list.images);
      if (touches(held, list.images) || page * PAGE_SIZE >= list.total) {
        access.write(putInFront(access.read() ?? held, newest, list.total));
        return;
      }
      if (page === MOST_PAGES)
        access.write({ pages: [{ ...list, images: newest, count: newest.length }], pageParams: [page] });
    }
  }

  return function catchUp() {
    if (running !== null) {
      again = true;
      return running;
    }
    running = run()
      // Nobody answers: the page says so elsewhere, and the next event or poll tries again.
      .catch(() => undefined)
      .finally(() => {
        running = null;
        if (!again) return;
        again = false;
        void catchUp();
      });
    return running;
  };
}
