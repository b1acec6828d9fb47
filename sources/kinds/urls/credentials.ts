import { z } from 'zod';
import { WEB_CREDENTIALS } from '../../credentials.ts';
import { parseHttpUrl } from '../../reach/address.ts';

/** `https://host`, with its port where that is not the usual one. */
const ORIGIN = z
  .string()
  .max(512)
  .transform((text, context) => {
    try {
      return parseHttpUrl(text).origin;
    } catch {
      context.addIssue({ code: 'custom', message: 'It must begin with http:// or https://.' });
      return z.NEVER;
    }
  });

const [basic, header, bearer] = WEB_CREDENTIALS.options;

/** A list may name many servers: credentials say whose they are, and no other server sees them. */
export const URLS_CREDENTIALS = z.discriminatedUnion('type', [
  basic.extend({ origin: ORIGIN }),
  header.extend({ origin: ORIGIN }),
  bearer.extend({ origin: ORIGIN }),
]);
export type UrlsCredentials = z.infer<typeof URLS_CREDENTIALS>;
