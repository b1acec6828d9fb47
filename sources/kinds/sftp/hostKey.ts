import { createHash } from 'node:crypto';
import { Failure } from '../../../domain/failures.ts';

/** A key that somebody confirmed: whole, with its type, or its fingerprint only. */
export type HostKey = { type: string; key: Buffer } | { fingerprint: string };

/** Type of a public key, as its first field says (RFC 4253 §6.6). */
function typeOf(key: Buffer): string {
  const length = key.length < 4 ? 0 : key.readUInt32BE(0);
  return /^[a-z0-9@.-]{1,64}$/.exec(key.toString('latin1', 4, Math.min(4 + length, key.length)))?.[0] ?? '';
}

/** As OpenSSH shows it: SHA-256 in base64 without padding. */
export const fingerprintOf = (key: Buffer) =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** Those that a server can be asked for. */
const TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];

/**
 * @param text `ssh-ed25519 AAAA…` or `SHA256:…`
 * @returns `null`: neither
 */
export function readHostKey(text: string): HostKey | null {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return { fingerprint: text };
  const [, type, base64] = /^([a-z0-9@.-]{1,64}) ([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (type === undefined || base64 === undefined || !TYPES.includes(type)) return null;
  const key = Buffer.from(base64, 'base64');
  return typeOf(key) === type ? { type, key } : null;
}

/** Without padding and comment, as `readHostKey` reads it; `null`: neither a key nor a fingerprint. */
export function tidyHostKey(text: string): string | null {
  const [first = '', second = ''] = text.trim().split(/\s+/);
  const tidied = first.startsWith('SHA256:') ? first.replace(/=+$/, '') : `${first} ${second}`;
  return readHostKey(tidied) && tidied;
}

/**
 * Algorithms to ask the server for, so that it shows the key of the pinned type where it has several.
 * `null`: any. RSA keys sign with hashes that are newer than the type (RFC 8332).
 */
export function algorithmsFor(pin: HostKey | null): string[] | null {
  if (pin === null || !('type' in pin)) return null;
  return pin.type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [pin.type];
}

/** @throws Failure `host_key_unknown`, `host_key_mismatch`: with the fingerprint, so that a person can decide. */
export function checkHostKey(key: Buffer, pin: HostKey | null): void {
  const actual = fingerprintOf(key);
  const shown = `${typeOf(key)} ${actual}`.trim();
  if (pin === null) {
    throw new Failure(
      'host_key_unknown',
      `The SFTP server shows the key ${shown}. If it is the right one, set "host_key" to ${actual}.`,
    );
  }
  const same = 'key' in pin ? pin.key.equals(key) : pin.fingerprint === actual;
  if (same) return;
  throw new Failure(
    'host_key_mismatch',
    `The SFTP server shows the key ${shown}, and another one is pinned. If it was replaced, set "host_key" to ${actual}.`,
  );
}
