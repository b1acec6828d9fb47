import assert from 'node:assert/strict';
import type { Image, ImageList } from '../../web/src/api/types.ts';
import { createCatchUp } from '../../web/src/library/catchUp.ts';
import { nextPage, PAGE_SIZE, putInFront, type Shelf, shownOn } from '../../web/src/library/shelf.ts';

const image = (id: number): Image => ({
  id,
  name: `${id}.jpg`,
  size: 1,
  mime_type: 'image/jpeg',
  source: 'folder',
  google_drive_id: null,
  storage_url: '',
  status: 'ready',
  width: 3,
  height: 2,
  captured_at: null,
  camera_key: null,
  location_id: null,
  user_id: null,
  pull_source_id: null,
  import_id: null,
  sequence_id: null,
  sequence_position: null,
  thumbhash: null,
  thumb_url: null,
  card_url: null,
  created_at: '2026-01-01T00:00:00.000Z',
});

/** What the API answers while the library holds the images 1 to `newest`. */
function pageOf(newest: number, page: number): ImageList {
  const ids = Array.from({ length: newest }, (_, index) => newest - index);
  const images = ids.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE).map(image);
  const pages = Math.ceil(newest / PAGE_SIZE);
  return { images, count: images.length, total: newest, page, pages, page_size: PAGE_SIZE };
}

const shelfOf = (...pages: ImageList[]): Shelf => ({ pages, pageParams: pages.map((page) => page.page) });

describe('the shelf of the library', () => {
  it('is walked to its end, each image once, while others arrive in front', () => {
    let newest = 1_050;
    let shelf = shelfOf(pageOf(newest, 1));
    let requests = 1;
    for (let page = nextPage(shelf.pages); page !== undefined; page = nextPage(shelf.pages)) {
      // 37 images become ready between two requests, and the front is brought up to date each time.
      newest += 37;
      if (newest < 1_300) shelf = putInFront(shelf, pageOf(newest, 1).images, newest);
      else newest -= 37;
      shelf = { pages: [...shelf.pages, pageOf(newest, page)], pageParams: [...shelf.pageParams, page] };
      requests += 1;
      assert.ok(requests < 30, 'paging does not come to an end');
    }
    const { arrived, rest, total } = shownOn(shelf.pages);
    const ids = [...arrived, ...rest].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(ids.length, newest);
    assert.equal(total, newest);
  });

  it('finds its way on when the front is not up to date', () => {
    const held = [1, 2, 3].map((page) => pageOf(900, page));
    // 250 came since: page 4 of now is page 2 of then.
    const pages = [...held, pageOf(1_150, 4)];
    assert.equal(nextPage(pages), 5);
  });

  it('asks for the first page when everything in it is new', () => {
    const front = putInFront(shelfOf(pageOf(0, 1)), pageOf(40, 1).images, 40);
    assert.equal(shownOn(front.pages).arrived.length, 40);
    assert.equal(nextPage(front.pages), undefined);
  });

  it('is the same when nothing is new', () => {
    const shelf = putInFront(shelfOf(pageOf(10, 1)), pageOf(12, 1).images, 12);
    assert.equal(putInFront(shelf, pageOf(12, 1).images, 12), shelf);
    assert.deepEqual(
      shownOn(shelf.pages).arrived.map(({ id }) => id),
      [12, 11],
    );
  });
});

describe('catching up with the library', () => {
  function library(held: number, now: number) {
    let shelf: Shelf | undefined = shelfOf(pageOf(held, 1));
    const asked: number[] = [];
    const catchUp = createCatchUp({
      fetchPage: async (page) => {
        asked.push(page);
        return pageOf(now, page);
      },
      read: () => shelf,
      write: (next) => {
        shelf = next;
      },
    });
    return { catchUp, asked, shown: () => shownOn(shelf?.pages ?? []) };
  }

  it('goes back as far as to what is held', async () => {
    const { catchUp, asked, shown } = library(500, 730);
    await catchUp();
    assert.deepEqual(asked, [1, 2, 3]);
    assert.deepEqual([shown().arrived.length, shown().rest.length, shown().total], [230, 100, 730]);
  });

  it('starts afresh when it missed more than it would ask for', async () => {
    const { catchUp, asked, shown } = library(100, 5_000);
    await catchUp();
    assert.equal(asked.length, 10);
    assert.deepEqual([shown().arrived.length, shown().rest.length, shown().total], [0, 1_000, 5_000]);
  });

  it('answers many calls with two runs', async () => {
    const { catchUp, asked } = library(100, 101);
    await Promise.all([catchUp(), catchUp(), catchUp(), catchUp()]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(asked, [1, 1]);
  });
});
