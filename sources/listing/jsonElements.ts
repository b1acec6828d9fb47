import { Failure } from '../../domain/failures.ts';
import { type ListingLimits, notAListing, tooLarge } from './listing.ts';

const broken = () => new Failure('bad_response', 'The listing is not valid JSON.');

/**
 * Splits a JSON document into the elements of its list, one by one, so that no 16 MiB text is ever parsed in one go.
 * The list is the document itself, or the member `items` of an object.
 */
export function createElementSplitter(limits: ListingLimits, onElement: (element: unknown) => void) {
  /** Open brackets outside of an element. The list is open once `inList`. */
  let depth = 0;
  let inList = false;
  let closed = false;
  let started = false;
  /** Of the element being read. */
  let elementDepth = 0;
  let held = '';
  let inString = false;
  let escaped = false;
  let key = '';

  function list(text: string): void {
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (inString) {
        if (escaped) escaped = false;
        else if (c === 0x5c) escaped = true;
        else if (c === 0x22) inString = false;
        if (elementDepth === 0 && !inList && key.length < 16) key += text[i];
        continue;
      }
      if (c > 0x20) started = true;
      if (c === 0x22) {
        inString = true;
        key = '';
        if (inList && elementDepth === 0) throw notAListing('The page is JSON, but not a list of files.');
      } else if (c === 0x7b || c === 0x5b) {
        if (inList) {
          if (elementDepth === 0) {
            if (c === 0x5b) throw notAListing('The page is JSON, but not a list of files.');
            from = i;
            held = '';
          }
          if (++elementDepth > 32) throw tooLarge('nests its elements too deeply');
        } else if (closed) {
          depth++;
        } else {
          if (c === 0x5b && (depth === 0 || (depth === 1 && key === 'items"'))) inList = true;
          else if (++depth > limits.depth) throw tooLarge('nests its elements too deeply');
        }
      } else if (c === 0x7d || c === 0x5d) {
        if (elementDepth > 0) {
          if (--elementDepth === 0) {
            element(held + text.slice(from, i + 1));
            held = '';
          }
        } else if (inList) {
          if (c !== 0x5d) throw broken();
          inList = false;
          closed = true;
        } else if (--depth < 0) {
          throw broken();
        }
      } else if (inList && elementDepth === 0 && c !== 0x2c && c > 0x20) {
        throw notAListing('The page is JSON, but not a list of files.');
      }
    }
    if (elementDepth > 0) {
      held += text.slice(from);
      if (held.length > limits.attribute) throw tooLarge('has an entry that is too long');
    }
  }

  function element(text: string): void {
    if (text.length > limits.attribute) throw tooLarge('has an entry that is too long');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw broken();
    }
    onElement(value);
  }

  return {
    write: list,
    end(): void {
      if (inList || inString || elementDepth > 0 || (closed && depth > 0)) throw broken();
      if (!closed)
        throw notAListing(started ? 'The page is JSON, but not a list of files.' : 'The page is empty.');
    },
  };
}
