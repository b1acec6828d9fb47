import { Failure } from '../../../domain/failures.ts';
import { createHeld, visitorKey } from '../../held.ts';
import { receive } from '../../reception.ts';
import type { Json, SourceKindFactory } from '../../source.ts';
import type { TreeEntry } from '../../tree/entry.ts';
import { createPool } from '../../tree/pool.ts';
import { createTreeLister } from '../../tree/walk.ts';
import { absolutePath, FTP_PORTS, parseFtpAddress, rootPrefix } from './address.ts';
import { ftpFailure } from './faults.ts';
import { fetchFtpFile } from './fetch.ts';
import { toWire } from './names.ts';
import { readFtpDirectory } from './readDirectory.ts';
import { type FtpPlace, type FtpSession, openFtpSession } from './session.ts';
import { FTP_CREDENTIALS, type FtpCredentials, readFtpSettings } from './settings.ts';

/** One connection does one transfer at a time, and servers allow an address few of them. */
const CONNECTIONS = 4;
const LIST_MS = 30_000;

/** A directory on an FTP server, with TLS or without, and what is below it. */
const createFtpKind: SourceKindFactory = ({ guard, fetchTimeoutMs }) => {
  const held = createHeld<TreeEntry[]>(60_000);

  return {
    kind: 'ftp',
    title: 'FTP server',
    looksLike: 'a directory on an FTP server (ftp://host/photos/ or ftps://host/photos/)',
    recognises: (input) => (/^\s*ftps?:\/\//i.test(input) ? 'specific' : 'no'),
    credentials: FTP_CREDENTIALS,
    politeness: { requestsPerSecond: null, concurrency: CONNECTIONS },
    parse(input, options = {}) {
      const { address } = parseFtpAddress(input);
      return { address, settings: { ...readFtpSettings({ ...options, url: address }) } };
    },
    account: ({ address }) => new URL(address).host,
    open(parsed, { credentials: given, budget }) {
      const settings = readFtpSettings(parsed.settings as { [name: string]: Json });
      const credentials = given as FtpCredentials | null;
      const { place } = parseFtpAddress(settings.url);
      const tls = settings.tls === 'auto' ? (credentials === null ? 'none' : 'explicit') : settings.tls;
      const ftp: FtpPlace = {
        guard,
        host: place.host,
        port: place.port ?? FTP_PORTS[tls === 'implicit' ? 'ftps' : 'ftp'],
        tls,
        pin: settings.certificate_sha256,
        credentials,
      };
      const pool = createPool<FtpSession>({
        size: CONNECTIONS,
        budget,
        open: (signal) => openFtpSession(ftp, signal),
      });
      const tooSlow = () =>
        new Failure('source_timeout', 'The FTP server was too slow: its time was used up.');
      const wirePath = (session: FtpSession, path: string) => absolutePath(toWire(path), session.home);
      const prefix = rootPrefix(place);
      // What one visitor may see is not shown to another.
      const visitor = visitorKey(credentials);

      const readDirectory = (below: string, signal: AbortSignal) =>
        pool.use(signal, { ms: LIST_MS, late: tooSlow }, async (session) => {
          try {
            return await readFtpDirectory(session, wirePath(session, prefix + below), below);
          } catch (error) {
            throw ftpFailure(error, below === '' ? 'root' : 'directory');
          }
        });
      /** Gives the refusal that a directory met when it was listed to the item that stands for it. */
      const refusal = (path: string, signal: AbortSignal) =>
        pool.use(signal, { ms: LIST_MS, late: tooSlow }, async (session) => {
          const failure = await session.client.send(`CWD ${wirePath(session, path)}`).then(
            () => new Failure('source_error', 'The directory was closed when it was listed. List it again.'),
            (error: unknown) => ftpFailure(error, 'directory'),
          );
          if (failure.type !== 'source_not_found') throw failure;
          throw new Failure('vanished', failure.message);
        });

      return {
        list: createTreeLister({
          settings,
          held,
          heldKey: `${visitor} ${tls} ${settings.url}`,
          prefix,
          read: readDirectory,
        }),
        async fetch(item, options) {
          const { locator } = item;
          if (typeof locator !== 'string') throw new Failure('internal_error', 'The item has no path.');
          if (locator.endsWith('/')) return refusal(locator, options.signal);
          return receive(item, options, (reception) =>
            pool.use(options.signal, { ms: fetchTimeoutMs, late: tooSlow }, (session) =>
              fetchFtpFile(session, wirePath(session, locator), reception),
            ),
          );
        },
        close: async () => pool.close(),
      };
    },
  };
};

export default createFtpKind;
