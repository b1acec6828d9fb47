import type { TLSSocket } from 'node:tls';
import { Failure } from '../../../domain/failures.ts';

/**
 * Whether the other side of a secure connection is the right one: the one with the pinned certificate, or, where none is
 * pinned, one that an authority vouches for. Ask before anything is said on the connection.
 *
 * @param pin SHA-256 of the certificate in lower-case hex
 * @throws Failure `host_key_unknown`, `host_key_mismatch`: with the fingerprint, so that a person can decide
 */
export function checkCertificate(socket: TLSSocket, pin: string | null): void {
  if (pin === null && socket.authorized) return;
  const shown = socket.getPeerCertificate().fingerprint256;
  // A connection that goes on with the session of another one is with whom that one was.
  if (shown === undefined && socket.isSessionReused()) return;
  const actual = shown?.replaceAll(':', '').toLowerCase() ?? '';
  if (pin !== null && actual === pin) return;
  if (pin !== null) {
    throw new Failure(
      'host_key_mismatch',
      `The FTP server shows the certificate ${actual}, and another one is pinned. If it was replaced, set ` +
        '"certificate_sha256" to the new one.',
    );
  }
  const reason: unknown = socket.authorizationError;
  const code = typeof reason === 'string' ? ` (${reason})` : '';
  throw new Failure(
    'host_key_unknown',
    `No authority vouches for the certificate of the FTP server${code}. If ${actual} is its SHA-256 fingerprint, ` +
      'set "certificate_sha256" to it.',
  );
}
