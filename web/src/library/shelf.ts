import type { Image } from '../api/types.ts';

/** Images to ask for: those of one chunk of a list. */
interface Wanted {
  ids: readonly number[];
  fetch(): Promise<readonly Image[]>;
}

/** What is known of single images. Only so many are kept, so that a long walk through a library costs no memory. */
export interface Shelf {
  get(id: number): Image | undefined;
  /** Asks for what is not known of these; what was wanted before and not asked for yet is forgotten. */
  want(wanted: readonly Wanted[]): void;
  /** Changes whenever images came. */
  version(): number;
  subscribe(listener: () => void): () => void;
}

const KEPT = 3_000;
const AT_ONCE = 3;
const AGAIN_MS = 3_000;

export function createShelf({ kept = KEPT, againMs = AGAIN_MS } = {}): Shelf {
  /** Oldest first. `null`: asked for, and not in the answer: it left the list meanwhile. */
  const known = new Map<number, Image | null>();
  const listeners = new Set<() => void>();
  const running = new Set<number>();
  let queue: Wanted[] = [];
  let version = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keyOf = ({ ids }: Wanted): number => ids[0] ?? -1;
  const lacks = ({ ids }: Wanted): boolean => ids.some((id) => !known.has(id));

  function put(id: number, image: Image | null): void {
    known.delete(id);
    known.set(id, image);
  }

  async function ask(wanted: Wanted): Promise<void> {
    running.add(keyOf(wanted));
    try {
      const images = await wanted.fetch();
      for (const id of wanted.ids) put(id, null);
      for (const image of images) put(image.id, image);
      for (const id of known.keys()) {
        if (known.size <= kept) break;
        known.delete(id);
      }
      version += 1;
      for (const listener of listeners) listener();
    } catch {
      // Nobody answers, which the page says elsewhere.
      clearTimeout(timer);
      timer = setTimeout(next, againMs);
      queue.push(wanted);
      return;
    } finally {
      running.delete(keyOf(wanted));
    }
    next();
  }

  function next(): void {
    while (running.size < AT_ONCE) {
      const wanted = queue.shift();
      if (wanted === undefined) return;
      if (lacks(wanted) && !running.has(keyOf(wanted))) void ask(wanted);
    }
  }

  return {
    get: (id) => known.get(id) ?? undefined,
    want(wanted) {
      for (const { ids } of wanted) {
        // What is looked at is the last to be forgotten.
        for (const id of ids) {
          const image = known.get(id);
          if (image !== undefined) put(id, image);
        }
      }
      queue = wanted.filter(lacks);
      next();
    },
    version: () => version,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
