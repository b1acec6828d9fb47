import { createVerify } from 'node:crypto';
import { type Refusal, tokenRefusal } from './refusals.ts';
import { type Asked, answerJson, refuse } from './wire.ts';

/** Who can sign in. */
export interface Accounts {
  /** What an OAuth client has to show. */
  oauth: { client_id: string; client_secret: string; refresh_token: string };
  /** Public keys in PEM, by the address of the service account. */
  service: Map<string, string>;
  /** Access tokens that are good now. */
  good: Set<string>;
  /** How long a token is good. */
  lifeSeconds: number;
  /** Tokens given out so far. */
  given: number;
}

/** A JSON Web Token signed with RS256 (RFC 7515), as service accounts send it (RFC 7523). */
function isSigned(assertion: string, { service }: Accounts): boolean {
  const [head = '', claims = '', signature = ''] = assertion.split('.');
  const { iss, aud, scope, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  const key = service.get(iss);
  if (key === undefined || aud !== 'https://oauth2.googleapis.com/token') return false;
  if (!/drive\.readonly$/.test(scope) || exp * 1_000 < Date.now()) return false;
  return createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(key, signature, 'base64url');
}

/** Why nobody gets a token for what they show; `null`: they do. */
function refusalOf({ method, body, headers }: Asked, accounts: Accounts): Refusal | null {
  const form = new URLSearchParams(body);
  if (method !== 'POST' || !/^application\/x-www-form-urlencoded/.test(headers['content-type'] ?? '')) {
    return tokenRefusal('invalid_request');
  }
  if (form.get('grant_type') !== 'refresh_token') {
    return isSigned(form.get('assertion') ?? '', accounts) ? null : tokenRefusal('invalid_grant');
  }
  const { client_id, client_secret, refresh_token } = accounts.oauth;
  if (form.get('client_id') !== client_id || form.get('client_secret') !== client_secret) {
    return tokenRefusal('invalid_client', 401);
  }
  return form.get('refresh_token') === refresh_token ? null : tokenRefusal('invalid_grant');
}

/** `POST /token` */
export function giveToken(accounts: Accounts, asked: Asked): void {
  const refusal = refusalOf(asked, accounts);
  if (refusal !== null) {
    refuse(asked.response, refusal);
    return;
  }
  const access_token = `ya29.fake-${++accounts.given}`;
  accounts.good.add(access_token);
  answerJson(asked.response, {
    access_token,
    expires_in: accounts.lifeSeconds,
    token_type: 'Bearer',
    scope: 'drive.readonly',
  });
}
