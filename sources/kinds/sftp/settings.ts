import { z } from 'zod';
import { readSettingsOf, TREE_SETTINGS } from '../../settings.ts';
import type { Json } from '../../source.ts';
import { tidyHostKey } from './hostKey.ts';

/** A line of OpenSSH's `.pub` files or a fingerprint as `ssh-keygen -lf` shows it. */
const HOST_KEY = z.string().max(8_192).transform(tidyHostKey).pipe(z.string());

const SETTINGS = z.strictObject({
  url: z.string(),
  /** What the server is recognised by. Without it nothing is sent to any server. */
  host_key: HOST_KEY.nullable().default(null),
  ...TREE_SETTINGS,
});

export type SftpSettings = z.infer<typeof SETTINGS>;

/** @throws Failure `bad_address` naming the setting that is wrong. */
export const readSftpSettings = (given: { [name: string]: Json }): SftpSettings =>
  readSettingsOf(SETTINGS, given, 'SFTP');

const username = z.string().min(1).max(512);

export const SFTP_CREDENTIALS = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), username, password: z.string().max(4_096) }),
  z.strictObject({
    type: z.literal('key'),
    username,
    /** PEM or OpenSSH's form, as in the file. */
    private_key: z.string().min(1).max(32_768),
    passphrase: z.string().max(4_096).optional(),
  }),
]);
export type SftpCredentials = z.infer<typeof SFTP_CREDENTIALS>;
