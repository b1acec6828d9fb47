import { Failure } from '../../../domain/failures.ts';
import { isSigned } from '../../fileUrls.ts';
import { parameterNames, withParameter } from '../../queries.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import type { Json } from '../../source.ts';
import { isSecretName } from './fixed.ts';
import { type RestSettings, readSettings } from './settings.ts';

/**
 * The address of the first page, fixed parameters included: what is asked for is what makes the place.
 * @throws Failure `bad_address`
 */
export function parseApiAddress(input: string, options: { readonly [name: string]: Json }): RestSettings {
  const url = parseHttpUrl(input);
  if (parameterNames(url).some(isSecretName) || isSigned(url)) {
    throw new Failure(
      'bad_address',
      'The address has a key, token or signature in its query. Leave it out and give it as credentials, in a header.',
    );
  }
  const settings = readSettings({ ...options, url: url.href });
  const asked = Object.entries(settings.query).reduce(
    (at, [name, value]) => withParameter(at, name, String(value)),
    url,
  );
  return { ...settings, url: asked.href };
}
