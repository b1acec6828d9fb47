import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type FTPContext, FTPError, type FTPResponse } from 'basic-ftp';
import { Failure } from '../../../domain/failures.ts';
import type { Guard } from '../../reach/guard.ts';
import { checkCertificate } from './certificate.ts';

const CONNECT_MS = 10_000;
/** Ports come from the server; one that the guard refuses may be an accident, three are not. */
const MAX_PORTS = 3;

export interface DataDialler {
  /** Opens the next data connection and hands it to the client. */
  open(ftp: FTPContext): Promise<FTPResponse>;
  /** Gives up the one that is being opened. */
  stop(): void;
}

/** Of `229 … (|||6446|)`, RFC 2428 §3, or of `227 … (h1,h2,h3,h4,p1,p2)`, RFC 959 §4.1.2, whose host nobody reads. */
function portOf({ code, message }: FTPResponse): number {
  const extended = /([^\w\s])\1\1(\d{1,5})\1/.exec(message);
  const old = /(?:\d{1,3},){4}(\d{1,3}),(\d{1,3})/.exec(message);
  const port =
    code === 229
      ? Number(extended?.[2])
      : Number(old?.[1] ?? Number.NaN) * 256 + Number(old?.[2] ?? Number.NaN);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new Failure('bad_response', 'The FTP server names no port for the transfer.');
}

/**
 * Data connections go to the address that the control connection was made to, whatever the server says: only the port is
 * its choice, and the guard has a say in that.
 *
 * @param pin see `checkCertificate`
 */
export function createDataDialler(guard: Guard, address: string, pin: string | null): DataDialler {
  let command: 'EPSV' | 'PASV' = 'EPSV';
  let dialling: Socket | null = null;

  async function ask(ftp: FTPContext): Promise<FTPResponse> {
    try {
      return await ftp.request(command);
    } catch (error) {
      const unknown = error instanceof FTPError && error.code >= 500 && error.code !== 530;
      if (command === 'PASV' || !unknown) throw error;
      command = 'PASV';
      return ftp.request(command);
    }
  }

  function dial(port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host: address, port });
      dialling = socket;
      const fail = (why: string) => {
        dialling = null;
        socket.destroy();
        reject(
          new Failure('source_unreachable', `The FTP server opens no connection for the transfer${why}.`),
        );
      };
      socket.setTimeout(CONNECT_MS, () => fail(''));
      socket.on('close', () => fail(''));
      socket.on('error', ({ code }: NodeJS.ErrnoException) => fail(code === undefined ? '' : ` (${code})`));
      socket.on('connect', () => {
        dialling = null;
        socket.setTimeout(0);
        socket.removeAllListeners();
        resolve(socket);
      });
    });
  }

  /** Servers want the session of the control connection again, so that nobody else can step in between. */
  function secure(ftp: FTPContext, raw: Socket, control: TLSSocket): TLSSocket {
    const session = ftp.tlsSessionStore ?? control.getSession();
    const socket = connectTls({ ...ftp.tlsOptions, socket: raw, ...(session && { session }) });
    socket.on('session', (next) => {
      ftp.tlsSessionStore = next;
    });
    socket.once('secureConnect', () => {
      try {
        checkCertificate(socket, pin);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    return socket;
  }

  return {
    async open(ftp) {
      for (let tries = 1; ; tries++) {
        const answer = await ask(ftp);
        const port = portOf(answer);
        try {
          await guard.resolve(address, port);
        } catch (error) {
          if (tries === MAX_PORTS) throw error;
          continue;
        }
        const raw = await dial(port);
        ftp.dataSocket = 'encrypted' in ftp.socket ? secure(ftp, raw, ftp.socket as TLSSocket) : raw;
        return answer;
      }
    },
    stop: () => dialling?.destroy(),
  };
}
