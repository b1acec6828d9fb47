import { connect as connectTcp, type Socket } from 'node:net';
import ssh2, { type Client, type ServerHostKeyAlgorithm, type SFTPWrapper } from 'ssh2';
import { Failure } from '../../../domain/failures.ts';
import type { Guard } from '../../reach/guard.ts';
import { endWith, type Session } from '../../tree/pool.ts';
import { SFTP_PORT } from './address.ts';
import { sftpFailure } from './faults.ts';
import { algorithmsFor, checkHostKey, type HostKey } from './hostKey.ts';
import type { Login } from './login.ts';

const CONNECT_MS = 10_000;
/** Everything until the first file can be asked for. */
const LOGIN_MS = 30_000;
/** Silence on a connection, whether it owes something or not. */
const IDLE_MS = 30_000;

export interface SftpPlace {
  guard: Guard;
  /** As in a URL. */
  host: string;
  port: number;
  /** `null`: nobody confirmed one yet, so the connection ends with `host_key_unknown`. */
  hostKey: HostKey | null;
  /** Made anew for every connection. */
  login: () => Login;
}

type Callback<T> = (error: Error | undefined | null, value: T) => void;

export interface SftpSession extends Session {
  /** One request. Those that are under way together are answered in turn. @throws what ssh2 throws */
  ask<T>(request: (sftp: SFTPWrapper, callback: Callback<T>) => void): Promise<T>;
}

function dial(address: string, port: number): { socket: Socket; connected: Promise<void> } {
  const socket = connectTcp({ host: address, port });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
    socket.once('timeout', () =>
      reject(new Failure('source_timeout', 'The SFTP server was too slow to answer.')),
    );
    socket.once('close', () => reject(new Error('closed')));
  });
  socket.setTimeout(CONNECT_MS);
  // Errors between two listeners; whoever waits for the connection learns of them by its end.
  socket.on('error', () => {});
  return { socket, connected };
}

function logIn(client: Client, socket: Socket, place: SftpPlace, login: Login): Promise<void> {
  let refusal: unknown = null;
  const algorithms = algorithmsFor(place.hostKey);
  return new Promise<void>((resolve, reject) => {
    client.on('ready', resolve);
    client.on('error', (error) => reject(refusal ?? error));
    client.on('close', () => reject(refusal ?? new Error('closed')));
    client.connect({
      sock: socket,
      readyTimeout: LOGIN_MS,
      ...login,
      // Checked before anything that is secret leaves.
      hostVerifier: (key: Buffer) => {
        try {
          checkHostKey(key, place.hostKey);
          return true;
        } catch (error) {
          refusal = error;
          return false;
        }
      },
      ...(algorithms && { algorithms: { serverHostKey: algorithms as ServerHostKeyAlgorithm[] } }),
    });
  });
}

/**
 * Connects, makes sure of the server and logs in. The guard's address is dialled, never the name.
 * @throws Failure; the signal's reason. Nothing stays open.
 */
export async function openSftpSession(place: SftpPlace, signal: AbortSignal): Promise<SftpSession> {
  signal.throwIfAborted();
  const login = place.login();
  const { address } = await place.guard.resolve(place.host, place.port, [SFTP_PORT]);
  const { socket, connected } = dial(address, place.port);
  const client = new ssh2.Client();
  let closed = false;
  /** Why the connection ended, when that is known better than by its end. */
  let why: Failure | null = null;
  const close = () => {
    closed = true;
    socket.destroy();
  };
  const late = () => new Failure('source_timeout', 'The SFTP server was too slow: logging in took too long.');
  try {
    const sftp = await endWith(signal, LOGIN_MS, late, close, async () => {
      await connected;
      await logIn(client, socket, place, login);
      return new Promise<SFTPWrapper>((resolve, reject) => {
        client.on('close', () => reject(new Error('closed')));
        client.sftp((error, wrapper) => {
          if (error) reject(new Failure('auth_failed', 'The server lets this user in, but not by SFTP.'));
          else resolve(wrapper);
        });
      });
    });
    socket.setTimeout(IDLE_MS);
    client.on('timeout', () => {
      why = new Failure('source_timeout', 'The SFTP server was too slow: it said nothing for half a minute.');
      close();
    });
    client.on('close', close);
    sftp.on('close', close);
    // Answers that are still owed fail with it; nobody else needs to know.
    sftp.on('error', () => close());
    return {
      get closed() {
        return closed;
      },
      close,
      ask: (request) =>
        new Promise((resolve, reject) => {
          const fail = (error: unknown) => reject(why ?? error);
          if (closed) fail(new Error('closed'));
          else request(sftp, (error, value) => (error ? fail(error) : resolve(value)));
        }),
    };
  } catch (error) {
    close();
    if (signal.aborted) throw signal.reason;
    throw sftpFailure(error, 'login');
  }
}
