import { createHeld, visitorKey } from '../../held.ts';
import type { SourceKindFactory } from '../../source.ts';
import { looksLikeDropbox, parseDropboxAddress } from './address.ts';
import { createDropboxApi } from './api.ts';
import { accessOf, DROPBOX_CREDENTIALS } from './credentials.ts';
import { fetchFile } from './fetch.ts';
import { createLister } from './list.ts';
import { createOneAtATime } from './oneAtATime.ts';
import { createPages, type FolderPage } from './page.ts';
import { readSettings } from './settings.ts';
import { createTokens } from './tokens.ts';

/** Shared links of Dropbox, and folders of somebody's own. */
const createDropboxKind: SourceKindFactory = ({ client, providers, fetchTimeoutMs }) => {
  const held = createHeld<FolderPage>(60_000);
  const alone = createOneAtATime();
  const tokens = createTokens();
  const { endpoint } = providers.dropbox;

  return {
    kind: 'dropbox',
    title: 'Dropbox',
    looksLike:
      'a shared link of Dropbox (https://www.dropbox.com/scl/fo/...) or a folder of your own (dropbox:/Photos)',
    recognises: (input) => (looksLikeDropbox(input) ? 'specific' : 'no'),
    credentials: DROPBOX_CREDENTIALS,
    // Dropbox publishes no figures: modest ones, and its own refusals slow us down further.
    politeness: { requestsPerSecond: 10, concurrency: 6 },
    parse(input, options = {}) {
      const { address } = parseDropboxAddress(input);
      return { address, settings: { ...readSettings({ ...options, address }) } };
    },
    account: () => 'dropbox',
    open(parsed, { credentials, budget }) {
      const settings = readSettings(parsed.settings);
      const place = parseDropboxAddress(settings.address);
      const visitor = visitorKey(credentials);

      /** Asked for late, so that an import without a key waits for one instead of being refused. */
      const reach = () => {
        const access = accessOf(credentials, providers.dropbox, place.type);
        const api = createDropboxApi({ line: { client, endpoint, budget }, access, tokens });
        return { api, place, passwordGiven: access.linkPassword !== undefined };
      };
      return {
        async list(cursor, signal) {
          const { recursive } = settings;
          const reached = reach();
          const pages = createPages({ api: reached.api, place, recursive, visitor, held, alone });
          return createLister({ ...reached, pages, settings })(cursor, signal);
        },
        fetch: async (item, options) => fetchFile({ ...reach(), timeoutMs: fetchTimeoutMs }, item, options),
        // The client belongs to whoever made it; nothing here is held open.
        close: async () => {},
      };
    },
  };
};

export default createDropboxKind;
