import { Failure } from '../../../domain/failures.ts';
import { normalEscapes, parseHttpUrl } from '../../reach/address.ts';

/** How Apache and Caddy say "sorted by": left over when somebody clicked a column's head before copying the address. */
const SORTING =
  /^\?(C=[NMSD];O=[AD](;F=[012])?|(sort|order|limit|offset)=[a-z0-9]*(&(sort|order|limit|offset)=[a-z0-9]*)*)?$/i;

/**
 * The address of a directory in its one canonical form, ending with `/`.
 * @throws Failure `bad_address`
 */
export function parseDirectoryUrl(input: string): URL {
  const url = parseHttpUrl(input);
  if (url.search !== '' && !SORTING.test(url.search)) {
    throw new Failure(
      'bad_address',
      'The address has a query (the part from "?" on). A directory listing is found by its path alone: leave the query out.',
    );
  }
  url.search = '';
  url.pathname = normalEscapes(url.pathname);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
