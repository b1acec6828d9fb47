import { Failure } from '../../domain/failures.ts';
import { type AskHead, askHead, type FileFacts } from './headFacts.ts';

/** Servers answer HEAD for all files or for none, so these many refusals in a row are enough to know. */
const MAX_REFUSALS = 5;
/** A server that is away is not waited for a thousand times. */
const MAX_TROUBLE = 3;
/** Files that wait for their turn at a time; how many really are asked for is for the budget to say. */
const WIDTH = 16;

interface Server {
  shown: number;
  refusals: number;
  troubles: number;
  throttled: Failure | null;
}

export interface AskAround extends Omit<AskHead, 'credentials'> {
  credentialsFor(url: URL): AskHead['credentials'];
}

export interface Around {
  /**
   * What the servers show of files, in the same order; `null`: nothing, or not asked.
   * @throws Failure `auth_failed` when credentials are refused; the signal's reason
   */
  ask(urls: readonly (URL | null)[]): Promise<(FileFacts | null)[]>;
  /** @throws Failure `source_throttled` when every server that was asked wants to be asked less. */
  heed(): void;
}

/**
 * Asks for the heads of files that may lie on many servers. One server in trouble does not spoil it for the others: its
 * files are left unknown, and their fetch, which is patient, tells. The same goes for servers that refuse HEAD; signed
 * addresses often hold for GET only.
 */
export function createAround({ credentialsFor, ...asking }: AskAround): Around {
  const servers = new Map<string, Server>();

  async function askOne(url: URL, signal: AbortSignal): Promise<FileFacts | null> {
    const server = servers.get(url.origin) ?? { shown: 0, refusals: 0, troubles: 0, throttled: null };
    servers.set(url.origin, server);
    if (server.troubles >= MAX_TROUBLE) return null;
    if (server.shown === 0 && server.refusals >= MAX_REFUSALS) return null;
    const credentials = credentialsFor(url);
    try {
      const found = await askHead(url, { ...asking, credentials, signal });
      if (!('refused' in found)) {
        server.shown++;
        return found;
      }
      if (found.refused === 401 && credentials !== undefined) {
        throw new Failure('auth_failed', `${url.host} refused the credentials (HTTP 401).`);
      }
      server.refusals++;
    } catch (error) {
      if (!(error instanceof Failure) || error.type === 'auth_failed' || signal.aborted) throw error;
      // What no later try would change is about this one address.
      if (error.retryable) server.troubles++;
      if (error.type === 'source_throttled') server.throttled ??= error;
    }
    return null;
  }

  return {
    async ask(urls) {
      const stop = new AbortController();
      const signal = AbortSignal.any([asking.signal, stop.signal]);
      const facts: (FileFacts | null)[] = urls.map(() => null);
      let next = 0;
      async function work(): Promise<void> {
        while (next < urls.length) {
          const at = next++;
          const url = urls[at];
          if (url) facts[at] = await askOne(url, signal);
        }
      }
      try {
        await Promise.all(Array.from({ length: Math.min(WIDTH, urls.length) }, work));
      } catch (error) {
        stop.abort(error);
        throw error;
      }
      return facts;
    },
    heed() {
      const throttled = [...servers.values()].flatMap((server) => server.throttled ?? []);
      if (throttled.length === 0 || throttled.length < servers.size) return;
      const wait = (failure: Failure) => failure.retryAfterMs ?? 0;
      throw throttled.reduce((longest, each) => (wait(each) > wait(longest) ? each : longest));
    },
  };
}
