import { Failure } from '../../../domain/failures.ts';
import { CONTAINER } from '../../listing/jsonPaths.ts';
import { withParameter } from '../../queries.ts';
import type { ResponseHead } from '../../reach/response.ts';
import type { Position } from './cursor.ts';
import { nextLink } from './linkHeader.ts';
import type { NextRule } from './settings.ts';
import { linkTo } from './urlField.ts';

/** @returns the address of a page; its origin is that of `root`. */
export function pageUrl(root: URL, rule: NextRule | undefined, at: Position): URL {
  if (at !== null && 'url' in at) {
    const url = linkTo(at.url, root);
    if (url === null) throw new Failure('internal_error', 'The address of the next page cannot be read.');
    return stayingAt(root, url);
  }
  switch (rule?.type) {
    case 'cursor':
      return at === null ? root : withParameter(root, rule.parameter, 'token' in at ? at.token : '');
    case 'page':
    case 'offset': {
      const first = rule.type === 'page' ? rule.first : 0;
      const url = withParameter(
        root,
        rule.parameter,
        String(at !== null && 'number' in at ? at.number : first),
      );
      return rule.size_parameter === undefined || rule.size === undefined
        ? url
        : withParameter(url, rule.size_parameter, String(rule.size));
    }
    default:
      return root;
  }
}

/** The origin is where the credentials go; an answer must not be able to choose another. */
function stayingAt(root: URL, url: URL): URL {
  if (url.origin === root.origin) return url;
  throw new Failure('redirect_refused', `${root.host} names a next page on another server (${url.host}).`);
}

const MAX_TOKEN = 8_192;

/**
 * Where the page after this one is; `null`: this was the last.
 * @param said what the answer has at the rule's path
 * @param count items on this page
 * @throws Failure `redirect_refused`, `bad_response`, `bad_address`
 */
export function nextPosition(
  rule: NextRule | undefined,
  page: { root: URL; head: ResponseHead; at: Position; said: unknown; count: number },
): Exclude<Position, null> | null {
  if (rule === undefined) return null;
  const { root, head, at, said, count } = page;
  const toUrl = (text: string) => {
    const url = linkTo(text, head.url);
    if (url === null) throw new Failure('bad_response', 'The address of the next page cannot be read.');
    return { url: stayingAt(root, url).href };
  };
  switch (rule.type) {
    case 'link-header': {
      const link = nextLink(head.header('link'));
      return link === null ? null : toUrl(link);
    }
    case 'body':
    case 'cursor': {
      // `0` and `false` end the pages of some APIs.
      if (said === undefined || said === null || said === '' || said === 0 || said === false) return null;
      const text = typeof said === 'number' ? String(said) : said;
      if (said === CONTAINER || typeof text !== 'string' || text.length > MAX_TOKEN) {
        throw new Failure('bad_address', 'There is no text at the path of the setting "next.path".');
      }
      return rule.type === 'body' ? toUrl(text) : { token: text };
    }
    default: {
      if (count === 0) return null;
      const here = at !== null && 'number' in at ? at.number : rule.type === 'page' ? rule.first : 0;
      return { number: here + (rule.type === 'page' ? 1 : count) };
    }
  }
}
