import { z } from 'zod';

/** What visitors of Google Drive may show. Without any the key of the installation is used. */
export const DRIVE_CREDENTIALS = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('api_key'), key: z.string().regex(/^[\x21-\x7e]{1,512}$/) }),
  z.strictObject({
    type: z.literal('service_account'),
    client_email: z.string().min(3).max(512),
    private_key: z.string().min(1).max(16_384),
  }),
  z.strictObject({
    type: z.literal('oauth'),
    client_id: z.string().min(1).max(512),
    client_secret: z.string().min(1).max(512),
    refresh_token: z.string().min(1).max(4_096),
  }),
]);

export type DriveCredentials = z.infer<typeof DRIVE_CREDENTIALS>;

/**
 * Who asks, as far as a refusal means different things to them: an account that files are shared with, somebody's own
 * key, or the key of the installation, which its operator has to mend.
 */
export type Visitor = 'account' | 'own_key' | 'installation';
