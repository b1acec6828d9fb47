import { Failure } from '../../../domain/failures.ts';
import { createHeld } from '../../held.ts';
import type { Source, SourceKindFactory } from '../../source.ts';
import { createAccess } from './access.ts';
import { isDriveAddress, parseDriveAddress } from './address.ts';
import { createDriveApi } from './api.ts';
import { DRIVE_CREDENTIALS, type DriveCredentials } from './credentials.ts';
import { endpointsOf } from './endpoints.ts';
import { fetchFile } from './fetch.ts';
import type { FolderViewEntry } from './keyless/folderView.ts';
import { createKeylessSource } from './keyless/source.ts';
import { createDriveLister } from './list.ts';
import { readSettings } from './settings.ts';
import type { AccessToken } from './tokens.ts';

const TOKENS_MS = 55 * 60_000;

/** Listing and fetching are where it is found out that nobody can. */
function sourceWithoutAccess(): Source {
  const nobody = async () => {
    throw new Failure(
      'provider_misconfigured',
      'Google Drive cannot be read without a key. Set GOOGLE_API_KEY, or give credentials with the import.',
    );
  };
  return { list: nobody, fetch: nobody, close: async () => {} };
}

/** A folder of Google Drive and what is below it, or one file. */
const createGoogleDriveKind: SourceKindFactory = ({ client, providers, fetchTimeoutMs }) => {
  const { apiKey, endpoint, keyless } = providers.google;
  const endpoints = endpointsOf(endpoint);
  const tokens = createHeld<AccessToken>(TOKENS_MS);
  const views = createHeld<FolderViewEntry[]>(60_000);

  return {
    kind: 'google_drive',
    title: 'Google Drive',
    looksLike: 'a folder or file of Google Drive (https://drive.google.com/drive/folders/…)',
    recognises: (input) => (isDriveAddress(input) ? 'specific' : 'no'),
    credentials: DRIVE_CREDENTIALS,
    // Google's own limits are far above; this is what other clients live with without ever being asked to slow down.
    politeness: { requestsPerSecond: 10, concurrency: 6 },
    parse(input, options = {}) {
      const { id, resourceKey, address } = parseDriveAddress(input);
      const key = resourceKey === null ? {} : { resourceKey };
      return { address, settings: { ...readSettings({ ...options, ...key, id }) } };
    },
    account: () => 'googleapis',
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      const asking = { client, budget };
      const given = credentials as DriveCredentials | null;
      const access = createAccess(asking, endpoints.token, given, apiKey, tokens);
      if (access === null) {
        return keyless
          ? createKeylessSource({
              asking,
              endpoints,
              settings,
              isFile: parsed.address.includes('/file/d/'),
              fetchTimeoutMs,
              held: views,
            })
          : sourceWithoutAccess();
      }
      const api = createDriveApi(asking, endpoints.api, access, settings);
      const { acknowledge_abuse: acknowledgeAbuse } = settings;
      return {
        list: createDriveLister(api, settings),
        fetch: async (item, options) => fetchFile(api, item, options, { acknowledgeAbuse, fetchTimeoutMs }),
        close: async () => api.close(),
      };
    },
  };
};

export default createGoogleDriveKind;
