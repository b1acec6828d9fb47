import { createHash } from 'node:crypto';
import { DropboxResponseError } from 'dropbox';
import { z } from 'zod';
import { createHeld } from '../../held.ts';
import { readAnswer } from './answers.ts';
import type { Auth } from './credentials.ts';
import { createOneAtATime } from './oneAtATime.ts';
import { createSdkFetch, type Line } from './sdkFetch.ts';

type OAuth = Extract<Auth, { type: 'oauth' }>;

/** https://www.dropbox.com/developers/documentation/http/documentation#oauth2-token; `expires_in` in seconds. */
const GRANT = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: z.number().positive().default(14_400),
});

/** A token is not used for the last five minutes that it is good for. */
const MARGIN_S = 300;
const HELD_MS = 60 * 60_000;

/**
 * Short-lived tokens for refresh tokens, kept in memory as long as their kind, so that not every page and file asks for
 * one. Our own request and not the library's, which writes the secrets into the address, where logs and proxies keep
 * them, and does not even escape them there.
 */
export function createTokens() {
  const held = createHeld<{ token: string; until: number }>(HELD_MS);
  const alone = createOneAtATime();
  const keyOf = (auth: OAuth) => createHash('sha256').update(JSON.stringify(auth)).digest('hex');

  async function refresh(auth: OAuth, line: Line, signal: AbortSignal): Promise<string> {
    const time = { leftMs: line.client.deadlines.listMs };
    const fetch = createSdkFetch(line, { authorization: null, signal, time });
    const answer = await fetch('https://api.dropboxapi.com/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: auth.refreshToken,
        client_id: auth.clientId,
        client_secret: auth.clientSecret,
      }).toString(),
    });
    const body = parsed(await answer.text());
    // Refused grants (RFC 6749 §5.2) come with 400 and mean what 401 means elsewhere.
    if (!answer.ok) {
      throw new DropboxResponseError(answer.status === 400 ? 401 : answer.status, answer.headers, body);
    }
    const grant = readAnswer(GRANT, body);
    const until = Date.now() + (grant.expires_in - MARGIN_S) * 1_000;
    held.put(keyOf(auth), { token: grant.access_token, until });
    return grant.access_token;
  }

  return {
    /** @throws Failure, DropboxResponseError, the signal's reason */
    async of(auth: OAuth, line: Line, signal: AbortSignal): Promise<string> {
      return alone(keyOf(auth), signal, async () => {
        const known = held.get(keyOf(auth));
        return known && known.until > Date.now() ? known.token : refresh(auth, line, signal);
      });
    },
    forget(auth: OAuth): void {
      held.drop(keyOf(auth));
    },
  };
}

export type Tokens = ReturnType<typeof createTokens>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
