import { validateHeaderName, validateHeaderValue } from 'node:http';
import { z } from 'zod';
import { isReservedHeader } from '../../credentials.ts';

/** Names that only secrets have. They would be stored and shown with the import. */
const SECRET =
  /^key$|(^|[-_.])(api[-_]?key|apikey|access[-_]?key|(access|auth|id|refresh|session)?[-_]?token|auth|password|passwd|pwd|pass|secret|signature|sig|jwt|cookie|authorization|credentials?)$/i;

/** A key or token by its name, whatever it is sent in. */
export const isSecretName = (name: string): boolean => SECRET.test(name);

const GIVE_SEPARATELY = 'It looks like a secret: give it as credentials, which are sealed.';

export const PARAMETER = z.string().min(1).max(128);

/** Fixed parameters of the query. */
export const QUERY = z
  .record(PARAMETER, z.union([z.string().max(2_048), z.number()]))
  .refine((query) => Object.keys(query).length <= 50)
  .refine((query) => !Object.keys(query).some(isSecretName), GIVE_SEPARATELY);

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** Fixed headers, such as an API's version. Names become lower case. */
export const HEADERS = z
  .record(z.string().min(1).max(128), z.string().max(1_024))
  .transform((headers) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  )
  .refine((headers) => Object.keys(headers).length <= 20)
  .refine(
    (headers) => Object.entries(headers).every(([name, value]) => isHeader(name, value)),
    'A name or value has characters that no header may have.',
  )
  .refine(
    (headers) => !Object.keys(headers).some(isReservedHeader),
    'One of the headers is written by Tributary itself.',
  )
  .refine((headers) => !Object.keys(headers).some(isSecretName), GIVE_SEPARATELY);
