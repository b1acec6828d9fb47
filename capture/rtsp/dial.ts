import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Failure } from '../../domain/failures.ts';
import { RTSP_PORTS, type RtspAddress } from '../../domain/rtspAddress.ts';
import { codeOf } from '../../sources/reach/faults.ts';
import type { Guard } from '../../sources/reach/guard.ts';

export interface DialOptions {
  guard: Guard;
  address: RtspAddress;
  timeoutMs: number;
  /** For `rtsps`: PEM certificates that are trusted instead of the system's. */
  trustedCertificates?: string | undefined;
  signal: AbortSignal;
}

/** What a socket's error means, in words that hold nothing of what the other side sent. */
export function socketFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const shown = /^[A-Z_0-9]{3,64}$/.test(code) ? ` (${code})` : '';
  if (code === 'ETIMEDOUT') return new Failure('source_timeout', `The camera was too slow${shown}.`);
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code))
    return new Failure(
      'source_unreachable',
      `No trusted secure connection to the camera can be made${shown}.`,
    );
  return new Failure('source_unreachable', `The camera did not answer${shown}.`);
}

/**
 * Connects to a camera at the address that the guard found and checked: the name is not asked for again.
 * @throws Failure `ssrf_blocked`, `source_unreachable`, `source_timeout`; the signal's reason. Nothing stays open.
 */
export async function dialCamera(options: DialOptions): Promise<Socket> {
  const { guard, address, timeoutMs, trustedCertificates, signal } = options;
  signal.throwIfAborted();
  const name = address.host.replace(/^\[|\]$/g, '');
  let socket: Socket | null = null;
  let stop: (reason: unknown) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const late = setTimeout(
    () => stop(new Failure('source_timeout', 'The camera took too long to accept a connection.')),
    timeoutMs,
  );
  const cancel = () => stop(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });

  const dial = async (): Promise<Socket> => {
    const found = await guard.resolve(address.host, address.port, RTSP_PORTS);
    // Giving up came first, and nobody would close what is opened now.
    if (done) throw new Error('given up');
    return new Promise((resolve, reject) => {
      const tcp = connect({ host: found.address, port: address.port, noDelay: true });
      socket = tcp;
      const secured =
        address.scheme === 'rtsp'
          ? tcp
          : connectTls({
              socket: tcp,
              host: name,
              ...(isIP(name) === 0 && { servername: name }),
              ...(trustedCertificates !== undefined && { ca: trustedCertificates }),
            });
      tcp.once('error', (error) => reject(socketFailure(error)));
      if (secured !== tcp) secured.once('error', (error) => reject(socketFailure(error)));
      secured.once(secured === tcp ? 'connect' : 'secureConnect', () => resolve(secured));
      secured.once('close', () => reject(socketFailure(null)));
    });
  };

  let done = false;
  try {
    return await Promise.race([dial(), stopped]);
  } catch (error) {
    done = true;
    (socket as Socket | null)?.destroy();
    throw error;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', cancel);
  }
}
