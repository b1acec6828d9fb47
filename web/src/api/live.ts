import { createStore, type Store } from './store.ts';
import type { Import } from './types.ts';

/**
 * - `connecting`: not yet known.
 * - `live`: events arrive as things happen.
 * - `polling`: the stream is down; whoever shows data asks for it, while we try again.
 */
type LiveState = 'connecting' | 'live' | 'polling';

interface LiveListeners {
  onImport(change: Import): void;
  onImages(total: number): void;
  /** The stream is (again) there; what happened before is not in it. */
  onOpen(): void;
}

export interface Live {
  state: Pick<Store<LiveState>, 'get' | 'subscribe'>;
  listen(listeners: LiveListeners): () => void;
  start(): void;
  stop(): void;
}

const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000] as const;
/** A browser allows six connections to a server; a tab that nobody looks at gives its one back after this long. */
const REST_AFTER_MS = 30_000;

/**
 * One event stream for the whole page, opened again by us because EventSource gives up on an HTTP error.
 * @param address asked for each time that the stream is opened
 */
export function createLive(address: () => string): Live {
  const state = createStore<LiveState>('connecting');
  const listeners = new Set<LiveListeners>();
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;

  function open(): void {
    clearTimeout(timer);
    source?.close();
    const current = new EventSource(address());
    source = current;
    current.addEventListener('open', () => {
      tries = 0;
      state.set('live');
      for (const listener of listeners) listener.onOpen();
    });
    current.addEventListener('import', (event) => {
      const change = parse<Import>(event.data);
      if (change !== null) for (const listener of listeners) listener.onImport(change);
    });
    current.addEventListener('images', (event) => {
      const change = parse<{ total: number }>(event.data);
      if (change !== null) for (const listener of listeners) listener.onImages(change.total);
    });
    current.addEventListener('error', () => {
      current.close();
      if (source !== current) return;
      source = null;
      state.set('polling');
      timer = setTimeout(open, BACKOFF_MS[Math.min(tries, BACKOFF_MS.length - 1)]);
      tries += 1;
    });
  }

  function close(): void {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function onVisibility(): void {
    if (document.visibilityState === 'hidden') {
      clearTimeout(timer);
      timer = setTimeout(close, REST_AFTER_MS);
    } else if (source === null) open();
    else clearTimeout(timer);
  }

  return {
    state,
    listen(added) {
      listeners.add(added);
      return () => listeners.delete(added);
    },
    start() {
      document.addEventListener('visibilitychange', onVisibility);
      window.addEventListener('online', onVisibility);
      open();
    },
    stop() {
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('online', onVisibility);
      close();
    },
  };
}

function parse<T>(data: string): T | null {
  try {
    return JSON.parse(data) as T;
  } catch {
    return null;
  }
}
