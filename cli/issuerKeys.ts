import type { Config } from '../config.ts';
import { Failure } from '../domain/failures.ts';
import { createHttpClient } from '../sources/reach/client.ts';
import { createConfiguredGuard } from '../workers/guard.ts';

const MOST_BYTES = 256 * 1024;
const PATIENCE_MS = 5_000;

/** Reads the public keys of an external issuer, where the settings on outgoing connections let us. */
export interface IssuerKeys {
  /** @throws Failure */
  fetchText(url: string): Promise<string>;
  close(): Promise<void>;
}

export function createIssuerKeys(config: Config): IssuerKeys {
  const client = createHttpClient({ guard: createConfiguredGuard(config) });
  return {
    async fetchText(url) {
      let text = '';
      const signal = AbortSignal.timeout(2 * PATIENCE_MS);
      const request = {
        url: new URL(url),
        signal,
        time: { leftMs: PATIENCE_MS },
        mayRedirect: false as const,
      };
      await client.request(request, (head) => {
        if (head.status !== 200)
          throw new Failure('source_unreachable', `The issuer answered ${head.status}.`);
        return {
          write(chunk: Uint8Array) {
            text += Buffer.from(chunk).toString('latin1');
            if (text.length > MOST_BYTES) throw new Failure('listing_too_large', 'The keys are too large.');
          },
        };
      });
      return Buffer.from(text, 'latin1').toString('utf8');
    },
    close: () => client.close(),
  };
}
