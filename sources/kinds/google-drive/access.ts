import type { WebCredentials } from '../../credentials.ts';
import type { Held } from '../../held.ts';
import type { Asking } from './ask.ts';
import type { DriveCredentials, Visitor } from './credentials.ts';
import { type AccessToken, createTokens } from './tokens.ts';

/** How requests to the API show who asks. */
export interface Access {
  by: Visitor;
  /** @throws Failure, or the signal's reason. */
  show(signal: AbortSignal): Promise<WebCredentials>;
  /** The API refused what was shown. @returns whether there is something newer to show. */
  refused(shown: WebCredentials): boolean;
  close(): void;
}

/** In a header rather than in the query, where it would be in every URL that is logged. */
function keyAccess(key: string, by: Visitor): Access {
  return {
    by,
    show: async () => ({ type: 'header', name: 'x-goog-api-key', value: key }),
    refused: () => false,
    close: () => {},
  };
}

/** @returns `null` when there is neither. */
export function createAccess(
  asking: Asking,
  tokenEndpoint: URL,
  credentials: DriveCredentials | null,
  apiKey: string | null,
  held: Held<AccessToken>,
): Access | null {
  if (credentials === null) return apiKey === null ? null : keyAccess(apiKey, 'installation');
  if (credentials.type === 'api_key') return keyAccess(credentials.key, 'own_key');
  const tokens = createTokens(asking, tokenEndpoint, credentials, held);
  return {
    by: 'account',
    show: async (signal) => ({ type: 'bearer', token: await tokens.token(signal) }),
    refused(shown) {
      if (shown.type === 'bearer') tokens.forget(shown.token);
      return true;
    },
    close: tokens.close,
  };
}
