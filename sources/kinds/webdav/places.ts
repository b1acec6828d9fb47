import type { WebCredentials } from '../../credentials.ts';
import type { HttpRequest } from '../../reach/client.ts';
import type { WebdavSettings } from './settings.ts';

/** Where the files can be, and what to show there. */
export interface WebdavPlace {
  /** Ends with `/`. */
  root: URL;
  credentials: HttpRequest['credentials'];
}

/**
 * A collection is where its address says. The files of a public link are at one of two places, tried in this order: every
 * Nextcloud and ownCloud has the first, where the token is the user; Nextcloud has the second since version 29, and
 * prefers it. The password, if the link has one, is that of whatever basic credentials were given.
 */
export function placesOf(settings: WebdavSettings, given: WebCredentials | null): WebdavPlace[] {
  const base = new URL(settings.base);
  const { origin } = base;
  if (settings.share === null)
    return [{ root: base, credentials: given ? { origin, give: given } : undefined }];
  const { token, folder } = settings.share;
  const as = (username: string) => ({
    origin,
    give:
      given !== null && given.type !== 'basic'
        ? given
        : { type: 'basic' as const, username, password: given?.password ?? '' },
  });
  return [
    { root: new URL(`public.php/webdav/${folder}`, base), credentials: as(token) },
    { root: new URL(`public.php/dav/files/${token}/${folder}`, base), credentials: as('anonymous') },
  ];
}
