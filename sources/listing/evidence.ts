import { notAListing } from './listing.ts';
import { isIndexHeadline, textNames } from './marks.ts';
import { squeeze } from './row.ts';

/** Never part of a bare index: with them, a page without links is not an empty directory. */
const CONTENT = new Set(
  'img form iframe video audio canvas object embed button input svg frame p'.split(' '),
);

/**
 * Collects what speaks for and against a page being a directory's index. It counts as one when its headline or markup
 * says so, or when the texts of its links are the names that they lead to. That tells an empty directory (no entries,
 * but an index's headline) from a login or error page (neither).
 */
export function createEvidence(base: URL) {
  let marked = false;
  let password = false;
  let content = false;
  let bareList = false;
  let text = false;
  let named = 0;
  let otherwise = 0;

  return {
    element(tag: string): void {
      if (CONTENT.has(tag)) content = true;
      if (tag === 'pre') bareList = true;
    },
    attribute(tag: string, name: string, value: string): void {
      switch (`${tag} ${name}`) {
        case 'a href':
          // The column heads of Apache's fancy index.
          marked ||= value.startsWith('?C=') && /^\?C=[NMSD];O=[AD]/.test(value);
          break;
        case 'table summary':
          // lighttpd
          marked ||= value === 'Directory Listing';
          break;
        case 'table aria-describedby':
        case 'tr class':
          // Caddy, whose headline is only the name of the directory.
          marked ||= value === (tag === 'tr' ? 'file' : 'summary');
          break;
        case 'input type':
          password ||= value.toLowerCase() === 'password';
      }
    },
    headline(words: string): void {
      marked ||= isIndexHeadline(squeeze(words), base);
    },
    text(words: string): void {
      if (!text) text = words.trim() !== '';
    },
    link(shown: string, name: string): void {
      // Most texts are the name, and then need no closer look.
      if (shown === name || textNames(squeeze(shown), squeeze(name))) named++;
      else otherwise++;
    },
    /** @throws Failure `not_a_listing` */
    judge(): void {
      if (password) throw notAListing('The page asks for a password.');
      const byNames = named > 0 && named >= 4 * otherwise;
      // Go's FileServer writes nothing but a <pre>, also for an empty directory.
      const bare = bareList && !content && !text && named + otherwise === 0;
      if (!marked && !byNames && !bare) throw notAListing('The page does not list files.');
    },
  };
}
