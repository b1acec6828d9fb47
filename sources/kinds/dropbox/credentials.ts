import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { ProviderSettings } from '../../source.ts';

/** Keys and tokens are printable ASCII; anything else could not be put in a header. */
const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/);
const password = z.string().min(1).max(1_024);

/** What visitors may give instead of, or beside, what the installation has. */
export const DROPBOX_CREDENTIALS = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('app'),
    key: token.regex(/^[^:]*$/),
    secret: token,
    link_password: password.optional(),
  }),
  z.strictObject({ type: z.literal('token'), access_token: token, link_password: password.optional() }),
  z.strictObject({
    type: z.literal('oauth'),
    client_id: token,
    client_secret: token,
    refresh_token: token,
    link_password: password.optional(),
  }),
  z.strictObject({ type: z.literal('link_password'), link_password: password }),
]);

type DropboxCredentials = z.infer<typeof DROPBOX_CREDENTIALS>;

export type Auth =
  | { type: 'app'; key: string; secret: string }
  | { type: 'token'; token: string }
  | { type: 'oauth'; clientId: string; clientSecret: string; refreshToken: string };

export interface Access {
  auth: Auth;
  /** The installation's own, so that a refusal is not the visitor's to mend. */
  ofInstallation: boolean;
  linkPassword: string | undefined;
}

function authOf(given: Exclude<DropboxCredentials, { type: 'link_password' }>): Auth {
  switch (given.type) {
    case 'app':
      return { type: 'app', key: given.key, secret: given.secret };
    case 'token':
      return { type: 'token', token: given.access_token };
    case 'oauth':
      return {
        type: 'oauth',
        clientId: given.client_id,
        clientSecret: given.client_secret,
        refreshToken: given.refresh_token,
      };
  }
}

/** The app's key comes first: unlike the token it opens nothing but what the link opens to everybody. */
function authOfInstallation(own: ProviderSettings['dropbox']): Auth | null {
  if (own.appKey && own.appSecret) return { type: 'app', key: own.appKey, secret: own.appSecret };
  return own.accessToken ? { type: 'token', token: own.accessToken } : null;
}

/**
 * With what Dropbox is asked. Paths in a Dropbox are read with the visitor's own token only: with the installation's,
 * everybody who may start an import could read what its operator keeps there.
 *
 * @throws Failure `provider_misconfigured`, `auth_failed`
 */
export function accessOf(
  credentials: unknown,
  installation: ProviderSettings['dropbox'],
  place: 'link' | 'own',
): Access {
  const given = credentials as DropboxCredentials | null;
  const linkPassword = given?.link_password;
  const visitors = given === null || given.type === 'link_password' ? null : authOf(given);
  if (place === 'own' && (visitors === null || visitors.type === 'app')) {
    throw new Failure(
      'auth_failed',
      'A path in a Dropbox needs a token of its owner: give credentials of the type "token" or "oauth".',
    );
  }
  if (visitors !== null) return { auth: visitors, ofInstallation: false, linkPassword };
  const auth = authOfInstallation(installation);
  if (auth !== null) return { auth, ofInstallation: true, linkPassword };
  throw new Failure(
    'provider_misconfigured',
    'This installation has no key for Dropbox. Set DROPBOX_APP_KEY and DROPBOX_APP_SECRET, or give credentials with the import.',
  );
}
