import type { Image, ImageList } from '../api/types.ts';

/**
 * What is known of the library, as the pages of one infinite query. The first "page" is not one of the API's: it
 * holds what arrived since the page was opened, newest first. It is numbered 0.
 */
export interface Shelf {
  pages: ImageList[];
  pageParams: number[];
}

export const PAGE_SIZE = 100;

export interface Shown {
  arrived: Image[];
  rest: Image[];
  total: number;
}

/** Each image once: while images arrive at the front, the pages behind shift and overlap. */
export function shownOn(pages: readonly ImageList[]): Shown {
  const seen = new Set<number>();
  const arrived: Image[] = [];
  const rest: Image[] = [];
  for (const page of pages) {
    const list = page.page === 0 ? arrived : rest;
    for (const image of page.images) {
      if (seen.has(image.id)) continue;
      seen.add(image.id);
      list.push(image);
    }
  }
  return { arrived, rest, total: Math.max(latestTotal(pages), seen.size) };
}

/**
 * The number of the next page to ask for; `undefined` when there is none. The images that we hold are the front of
 * the list, so what is missing starts in the page after them, unless the page asked for last brought nothing new:
 * then the front has moved on meanwhile and the way is one further.
 */
export function nextPage(pages: readonly ImageList[]): number | undefined {
  const held = idsOn(pages.slice(0, -1));
  const before = held.size;
  const last = pages.at(-1);
  for (const image of last?.images ?? []) held.add(image.id);
  let next = Math.floor(held.size / PAGE_SIZE) + 1;
  if (last !== undefined && last.images.length > 0 && held.size === before)
    next = Math.max(next, last.page + 1);
  const total = latestTotal(pages);
  return held.size < total && next <= Math.ceil(total / PAGE_SIZE) ? next : undefined;
}

/** Puts images that are not held yet in front. The same shelf comes back when there are none. */
export function putInFront(shelf: Shelf, newest: readonly Image[], total: number): Shelf {
  const held = idsOn(shelf.pages);
  const added = newest.filter((image) => !held.has(image.id));
  const front = shelf.pages.find((page) => page.page === 0);
  if (added.length === 0 && front?.total === total) return shelf;
  const images = [...added, ...(front?.images ?? [])];
  const page: ImageList = { images, count: images.length, total, page: 0, pages: 0, page_size: PAGE_SIZE };
  const others = shelf.pages.filter((other) => other.page !== 0);
  return { pages: [page, ...others], pageParams: [0, ...others.map((other) => other.page)] };
}

/** Whether this page of the newest images touches what is held, so that nothing is missed in between. */
export function touches(shelf: Shelf, newest: readonly Image[]): boolean {
  const held = idsOn(shelf.pages);
  return held.size === 0 || newest.some((image) => held.has(image.id));
}

const idsOn = (pages: readonly ImageList[]): Set<number> =>
  new Set(pages.flatMap((page) => page.images.map((image) => image.id)));

/** The front is asked for again and again, so it knows best. */
function latestTotal(pages: readonly ImageList[]): number {
  const front = pages.find((page) => page.page === 0);
  return (front ?? pages.at(-1))?.total ?? 0;
}
