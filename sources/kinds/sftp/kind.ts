import { Failure } from '../../../domain/failures.ts';
import { createHeld, visitorKey } from '../../held.ts';
import { receive } from '../../reception.ts';
import type { Json, SourceKindFactory } from '../../source.ts';
import type { TreeEntry } from '../../tree/entry.ts';
import { createPool } from '../../tree/pool.ts';
import { createTreeLister } from '../../tree/walk.ts';
import { parseSftpAddress, rootPrefix, SFTP_PORT } from './address.ts';
import { sftpFailure } from './faults.ts';
import { fetchSftpFile } from './fetch.ts';
import { readHostKey } from './hostKey.ts';
import { createLogin } from './login.ts';
import { readSftpDirectory } from './readDirectory.ts';
import { openSftpSession, type SftpPlace, type SftpSession } from './session.ts';
import { readSftpSettings, SFTP_CREDENTIALS, type SftpCredentials } from './settings.ts';

/** Servers count the connections of one address, and turn down those that log in together. */
const CONNECTIONS = 4;
const LIST_MS = 30_000;

/** A directory on a server that is reached by SSH, and what is below it. */
const createSftpKind: SourceKindFactory = ({ guard, fetchTimeoutMs }) => {
  const held = createHeld<TreeEntry[]>(60_000);

  return {
    kind: 'sftp',
    title: 'SFTP server',
    looksLike: 'a directory on an SFTP server (sftp://host/photos/)',
    recognises: (input) => (/^\s*sftp:\/\//i.test(input) ? 'specific' : 'no'),
    credentials: SFTP_CREDENTIALS,
    politeness: { requestsPerSecond: null, concurrency: CONNECTIONS },
    parse(input, options = {}) {
      const { address } = parseSftpAddress(input);
      return { address, settings: { ...readSftpSettings({ ...options, url: address }) } };
    },
    account: ({ address }) => new URL(address).host,
    open(parsed, { credentials: given, budget }) {
      const settings = readSftpSettings(parsed.settings as { [name: string]: Json });
      const credentials = given as SftpCredentials | null;
      const { place } = parseSftpAddress(settings.url);
      const root = rootPrefix(place);
      const sftp: SftpPlace = {
        guard,
        host: place.host,
        port: place.port ?? SFTP_PORT,
        hostKey: settings.host_key === null ? null : readHostKey(settings.host_key),
        login() {
          if (credentials !== null) return createLogin(credentials);
          throw new Failure(
            'auth_failed',
            'An SFTP server asks everybody for a user name and a password or key.',
          );
        },
      };
      const pool = createPool<SftpSession>({
        size: CONNECTIONS,
        budget,
        open: (signal) => openSftpSession(sftp, signal),
      });
      const tooSlow = () =>
        new Failure('source_timeout', 'The SFTP server was too slow: its time was used up.');
      // What one visitor may see is not shown to another.
      const visitor = visitorKey(credentials);

      /** Gives the refusal that a directory met when it was listed to the item that stands for it. */
      const refusal = (path: string, signal: AbortSignal) =>
        pool.use(signal, { ms: LIST_MS, late: tooSlow }, async (session) => {
          throw await session
            .ask<Buffer>((wrapper, done) => wrapper.opendir(path, done))
            .then(
              () =>
                new Failure('source_error', 'The directory was closed when it was listed. List it again.'),
              (error: unknown) => sftpFailure(error, 'file'),
            )
            .finally(() => session.close());
        });

      return {
        list: createTreeLister({
          settings,
          held,
          heldKey: `${visitor} ${settings.host_key} ${settings.url}`,
          prefix: root,
          read: (below, signal) =>
            pool.use(signal, { ms: LIST_MS, late: tooSlow }, async (session) => {
              try {
                return await readSftpDirectory(session, root, below);
              } catch (error) {
                throw sftpFailure(error, below === '' ? 'root' : 'directory');
              }
            }),
        }),
        async fetch(item, options) {
          const { locator } = item;
          if (typeof locator !== 'string') throw new Failure('internal_error', 'The item has no path.');
          if (locator.endsWith('/')) return refusal(locator, options.signal);
          return receive(item, options, (reception) =>
            pool.use(options.signal, { ms: fetchTimeoutMs, late: tooSlow }, (session) =>
              fetchSftpFile(session, locator, reception),
            ),
          );
        },
        close: async () => pool.close(),
      };
    },
  };
};

export default createSftpKind;
