import type { IncomingMessage } from 'node:http';
import { Answered, json, plain, tagged } from './fakeAnswers.ts';

export interface FakeAccounts {
  app: { key: string; secret: string };
  /** Access tokens of users that are good now. */
  tokens: Set<string>;
  /** What may be exchanged for a token; refresh tokens with the app's key and secret. */
  refreshTokens: Set<string>;
  /** Seconds that a refreshed token is good for, as announced. */
  expiresIn: number;
}

/** Who asks. @throws Answered */
export function authenticate(request: IncomingMessage, accounts: FakeAccounts): 'app' | 'user' {
  const value = request.headers.authorization ?? '';
  const [scheme = '', secret = ''] = value.split(' ');
  if (scheme === 'Bearer') {
    if (accounts.tokens.has(secret)) return 'user';
    throw new Answered(
      tagged(401, secret.startsWith('old') ? 'expired_access_token' : 'invalid_access_token'),
    );
  }
  const pair = Buffer.from(`${accounts.app.key}:${accounts.app.secret}`).toString('base64');
  if (scheme === 'Basic' && secret === pair) return 'app';
  // It repeats what it was given, as Dropbox does.
  throw new Answered(
    plain(
      400,
      `Error in call to API function: Invalid authorization value in HTTP header "Authorization": "${value}".`,
    ),
  );
}

let count = 0;

/** `POST /oauth2/token` with a refresh token; secrets in the address are refused so that no client sends them there. */
export function exchange(request: IncomingMessage, body: string, accounts: FakeAccounts) {
  const form = new URLSearchParams(body);
  if (request.url?.includes('?') || form.get('grant_type') !== 'refresh_token') {
    return json(400, { error: 'unsupported_grant_type' });
  }
  if (form.get('client_id') !== accounts.app.key || form.get('client_secret') !== accounts.app.secret) {
    return json(400, { error: 'invalid_client: Invalid client_id or client_secret' });
  }
  if (!accounts.refreshTokens.has(form.get('refresh_token') ?? '')) {
    return json(400, { error: 'invalid_grant', error_description: 'refresh token is invalid or revoked' });
  }
  const token = `sl.fresh-${++count}`;
  accounts.tokens.add(token);
  return json(200, { access_token: token, token_type: 'bearer', expires_in: accounts.expiresIn });
}
