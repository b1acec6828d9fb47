import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { hasControl } from '../../../domain/text.ts';
import { readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';
import { parseFtpAddress } from './address.ts';

/** SHA-256 of a certificate in DER, in hex with or without colons, as `openssl x509 -fingerprint -sha256` shows it. */
const FINGERPRINT = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{64}$/));

const SETTINGS = z.strictObject({
  url: z.string(),
  /**
   * `auto`: with credentials as `explicit`, without any as `none`, so that no password goes over the wire in clear
   * unless somebody wrote `none`. ftps:// addresses are `implicit`.
   */
  tls: z.enum(['auto', 'none', 'explicit', 'implicit']).default('auto'),
  /** The one certificate that is trusted, instead of those that the usual authorities signed. */
  certificate_sha256: FINGERPRINT.nullable().default(null),
  ...TREE_SETTINGS,
});

export type FtpSettings = z.infer<typeof SETTINGS>;
export type Tls = 'none' | 'explicit' | 'implicit';

/** @throws Failure `bad_address` naming the setting that is wrong. */
export function readFtpSettings(given: { [name: string]: Json }): FtpSettings {
  const settings = readSettingsOf(SETTINGS, given, 'FTP');
  const { scheme } = parseFtpAddress(settings.url).place;
  if (scheme === 'ftps' && settings.tls === 'auto') return { ...settings, tls: 'implicit' };
  if (scheme === 'ftps' && settings.tls !== 'implicit') {
    throw new Failure(
      'bad_address',
      'An ftps:// address means implicit TLS. Write ftp:// with the setting "tls".',
    );
  }
  if (settings.tls === 'none' && settings.certificate_sha256 !== null) {
    throw new Failure('bad_address', 'The setting "certificate_sha256" needs TLS: set "tls" to "explicit".');
  }
  return settings;
}

/** Line breaks would end the command that carries them. */
const word = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !hasControl(text));

export const FTP_CREDENTIALS = z.strictObject({
  type: z.literal('basic'),
  username: word(512).min(1),
  password: word(4_096),
});
export type FtpCredentials = z.infer<typeof FTP_CREDENTIALS>;
