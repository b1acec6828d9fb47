import { Failure } from '../../domain/failures.ts';
import { type AskHead, askHead, type FileFacts } from './headFacts.ts';

/** Servers answer HEAD for all files or for none, so these many refusals in a row are enough to know. */
const MAX_REFUSALS = 5;
/** A server that is away is not waited for a thousand times. */
const MAX_TROUBLE = 3;

interface Server {
  shown: number;
  refusals: number;
  trouble: Failure[];
}

export interface AskAround extends Omit<AskHead, 'credentials'> {
  credentialsFor(url: URL): AskHead['credentials'];
}

/**
 * Asks for the heads of files that may lie on many servers. One server in trouble does not spoil it for the others: its
 * files are left unknown (`null`), as are those of servers that refuse HEAD. Signed addresses often hold for GET only.
 * Files are asked for side by side; how many at a time is for the budget to say.
 *
 * @throws Failure `auth_failed` when credentials are refused; and what troubles the servers, when it is all of them that
 *   were asked.
 */
export async function askAround(
  urls: readonly (URL | null)[],
  { credentialsFor, ...asking }: AskAround,
): Promise<(FileFacts | null)[]> {
  const servers = new Map<string, Server>();
  const stop = new AbortController();
  const signal = AbortSignal.any([asking.signal, stop.signal]);

  async function ask(url: URL): Promise<FileFacts | null> {
    const server = servers.get(url.origin) ?? { shown: 0, refusals: 0, trouble: [] };
    servers.set(url.origin, server);
    if (server.trouble.length >= MAX_TROUBLE) return null;
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
      return null;
    } catch (error) {
      if (!(error instanceof Failure) || error.type === 'auth_failed' || signal.aborted) throw error;
      // Not the server's state but this one address: its fetch tells.
      if (!error.retryable) return null;
      server.trouble.push(error);
      return null;
    }
  }

  const facts: (FileFacts | null)[] = urls.map(() => null);
  let next = 0;
  async function work(): Promise<void> {
    while (next < urls.length) {
      const at = next++;
      const url = urls[at];
      if (url) facts[at] = await ask(url);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(16, urls.length) }, work));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
  const asked = [...servers.values()];
  const troubled = asked.filter(({ trouble }) => trouble.length > 0);
  const first = troubled[0]?.trouble[0];
  if (first && troubled.length === asked.length) throw longestWait(troubled, first);
  return facts;
}

/** The failure that says the longest time to wait, or the first. */
function longestWait(servers: readonly Server[], first: Failure): Failure {
  return servers
    .flatMap(({ trouble }) => trouble)
    .reduce((worst, each) => ((each.retryAfterMs ?? 0) > (worst.retryAfterMs ?? 0) ? each : worst), first);
}
