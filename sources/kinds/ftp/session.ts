import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Client } from 'basic-ftp';
import { Failure } from '../../../domain/failures.ts';
import type { Guard } from '../../reach/guard.ts';
import { endWith, type Session } from '../../tree/pool.ts';
import { FTP_PORTS } from './address.ts';
import { checkCertificate } from './certificate.ts';
import { createDataDialler } from './dataConnection.ts';
import { ftpFailure } from './faults.ts';
import { toWire } from './names.ts';
import type { FtpCredentials, Tls } from './settings.ts';

const CONNECT_MS = 10_000;
/** Everything until the first file can be asked for. */
const LOGIN_MS = 30_000;
/** Silence on a connection that owes an answer or bytes. */
const IDLE_MS = 30_000;

export interface FtpPlace {
  guard: Guard;
  /** As in a URL. */
  host: string;
  port: number;
  tls: Tls;
  /** See `checkCertificate`. */
  pin: string | null;
  /** `null`: anonymous, RFC 1635. */
  credentials: FtpCredentials | null;
}

/** A connection that is logged in, for binary transfers. Its texts are bytes, see `names.ts`. */
export interface FtpSession extends Session {
  readonly client: Client;
  /** Where the login led to: absolute, as on the wire. */
  readonly home: string;
  /** Commands of RFC 3659 that the server knows, in upper case. */
  readonly features: ReadonlySet<string>;
}

/** Of `257 "/the ""new"" one" is the current directory`, RFC 959 appendix II. */
function homeOf(message: string): string {
  const quoted = /"((?:[^"]|"")*)"/.exec(message)?.[1]?.replaceAll('""', '"') ?? '/';
  return quoted.startsWith('/') ? quoted : '/';
}

async function connect(client: Client, place: FtpPlace, address: string): Promise<void> {
  const name = place.host.replace(/^\[|\]$/g, '');
  // Judged by `checkCertificate` rather than by the handshake, which could not tell the fingerprint that it refused.
  const tlsOptions = {
    host: address,
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: false,
  };
  const check = () => checkCertificate(client.ftp.socket as TLSSocket, place.pin);
  const greeted =
    place.tls === 'implicit'
      ? client.connectImplicitTLS(address, place.port, tlsOptions)
      : client.connect(address, place.port);
  const { socket } = client.ftp;
  const late = setTimeout(() => {
    const error = new Error('no connection');
    client.ftp.closeWithError(Object.assign(error, { code: 'ETIMEDOUT' }));
  }, CONNECT_MS);
  socket.once(place.tls === 'implicit' ? 'secureConnect' : 'connect', () => clearTimeout(late));
  try {
    await greeted;
  } finally {
    clearTimeout(late);
  }
  if (place.tls === 'implicit') check();
  if (place.tls !== 'explicit') return;
  try {
    // biome-ignore lint/correctness/useHookAtTopLevel: its name only looks like a hook's
    await client.useTLS(tlsOptions);
  } catch (error) {
    const failure = ftpFailure(error, 'login');
    if (failure.type !== 'bad_response' && failure.type !== 'auth_failed') throw failure;
    throw new Failure(
      'auth_failed',
      'The FTP server offers no secure connection, so the password was not sent. Set "tls" to "none" if it may go over ' +
        'the network in clear.',
    );
  }
  check();
}

async function prepare(client: Client, place: FtpPlace): Promise<Pick<FtpSession, 'home' | 'features'>> {
  const { username, password } = place.credentials ?? { username: 'anonymous', password: 'anonymous@' };
  await client.sendIgnoringError('OPTS UTF8 ON');
  await client.login(toWire(username), toWire(password));
  const features = new Set([...(await client.features()).keys()].map((each) => each.toUpperCase()));
  if (place.tls !== 'none') {
    await client.send('PBSZ 0');
    await client.send('PROT P');
  }
  await client.send('TYPE I');
  // Some servers take it only now.
  await client.sendIgnoringError('OPTS UTF8 ON');
  const pwd = await client.sendIgnoringError('PWD');
  return { features, home: pwd.code === 257 ? homeOf(pwd.message) : '/' };
}

/**
 * Connects and logs in. The guard's address is dialled, never the name; the certificate is that of the name all the same.
 * @throws Failure; the signal's reason. Nothing stays open.
 */
export async function openFtpSession(place: FtpPlace, signal: AbortSignal): Promise<FtpSession> {
  signal.throwIfAborted();
  const { address } = await place.guard.resolve(place.host, place.port, Object.values(FTP_PORTS));
  const client = new Client(IDLE_MS);
  client.ftp.encoding = 'latin1';
  const dialler = createDataDialler(place.guard, address, place.pin);
  client.prepareTransfer = (ftp) => dialler.open(ftp);
  const close = () => {
    dialler.stop();
    client.close();
  };
  const late = () => new Failure('source_timeout', 'The FTP server was too slow: logging in took too long.');
  try {
    const found = await endWith(signal, LOGIN_MS, late, close, async () => {
      await connect(client, place, address);
      return prepare(client, place);
    });
    return {
      client,
      ...found,
      get closed() {
        return client.closed;
      },
      close,
    };
  } catch (error) {
    close();
    if (signal.aborted) throw signal.reason;
    throw ftpFailure(error, 'login');
  }
}
