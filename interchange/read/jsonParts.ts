import { Failure } from '../../domain/failures.ts';

/** A member of the document's object, or an element of one of its lists. */
export type JsonPart =
  | { key: string; value: unknown; index?: never }
  | { key: string; value: unknown; index: number; broken?: never }
  | { key: string; index: number; broken: true };

/** One picture with thousands of boxes is far below. */
const MAX_ELEMENT = 8 << 20;
/** All that is no list: categories, and reports that programs put there. */
const MAX_MEMBER = 32 << 20;

type Place = 'start' | 'key' | 'colon' | 'value' | 'element' | 'after' | 'end';

/**
 * Takes a JSON object apart as it comes: elements of the lists named are told one by one, everything else as a whole. An
 * element that cannot be read is told as `broken` and the next one is gone on with.
 * @throws Failure `bad_dataset` when the document itself cannot be followed, or ends too early
 */
export async function* jsonParts(
  chunks: AsyncIterable<Uint8Array>,
  lists: ReadonlySet<string>,
): AsyncGenerator<JsonPart> {
  const decoder = new TextDecoder();
  const splitter = createSplitter(lists);
  for await (const chunk of chunks) yield* splitter.take(decoder.decode(chunk, { stream: true }));
  yield* splitter.take(decoder.decode());
  splitter.end();
}

function createSplitter(lists: ReadonlySet<string>) {
  let place: Place = 'start';
  let key = '';
  /** Number of the element; `null` outside of lists. */
  let index: number | null = null;
  /** Of the value that is being read. */
  let held: string[] = [];
  let heldChars = 0;
  let depth = 0;
  let reading: 'no' | 'text' | 'nest' | 'plain' = 'no';
  let inText = false;
  let escaped = false;
  let parts: JsonPart[] = [];

  function begin(c: string): void {
    held = [];
    heldChars = 0;
    inText = c === '"';
    escaped = false;
    reading = inText ? 'text' : c === '{' || c === '[' ? 'nest' : 'plain';
    depth = reading === 'nest' ? 1 : 0;
  }

  function finish(): void {
    const text = held.join('');
    reading = 'no';
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (index === null || place !== 'element') throw broken(`"${key.slice(0, 40)}" cannot be read`);
      parts.push({ key, index: index++, broken: true });
      place = 'after';
      return;
    }
    if (place === 'key') {
      if (typeof value !== 'string') throw broken('it is not an object with named members');
      key = value;
      place = 'colon';
      return;
    }
    parts.push(index === null ? { key, value } : { key, value, index: index++ });
    place = 'after';
  }

  function hold(text: string): void {
    heldChars += text.length;
    if (heldChars > (index === null ? MAX_MEMBER : MAX_ELEMENT)) {
      throw broken(
        `"${key.slice(0, 40)}" ${index === null ? '' : `has an entry (number ${index}) that `}is too long`,
      );
    }
    held.push(text);
  }

  /** @returns where the value ends in the text; `null`: not yet */
  function endOfValue(text: string, from: number): number | null {
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (inText) {
        if (escaped) escaped = false;
        else if (c === 0x5c) escaped = true;
        else if (c === 0x22) {
          inText = false;
          if (reading === 'text') return i + 1;
        }
      } else if (reading === 'plain') {
        if (c <= 0x20 || c === 0x2c || c === 0x5d || c === 0x7d) return i;
      } else if (c === 0x22) inText = true;
      else if (c === 0x7b || c === 0x5b) depth++;
      else if ((c === 0x7d || c === 0x5d) && --depth === 0) return i + 1;
    }
    return null;
  }

  /** @returns whether the character begins a value, which is then read from here */
  function step(c: string): boolean {
    switch (place) {
      case 'start':
        if (c !== '{') throw broken('it is not a JSON object');
        place = 'key';
        return false;
      case 'key':
        if (c === '}' && parts.length === 0 && key === '') place = 'end';
        else if (c !== '"') throw broken('it is not an object with named members');
        return c === '"';
      case 'colon':
        if (c !== ':') throw broken('it is not valid JSON');
        place = 'value';
        return false;
      case 'value':
        if (c !== '[' || !lists.has(key)) return true;
        index = 0;
        parts.push({ key, value: [] });
        place = 'element';
        return false;
      case 'element':
        if (c === ']' && index === 0) leaveList();
        else if (c === ']' || c === '}' || c === ',') throw broken(`the list "${key}" is not valid JSON`);
        else return true;
        return false;
      case 'after':
        if (c === ',') place = index === null ? 'key' : 'element';
        else if (index !== null && c === ']') leaveList();
        else if (index === null && c === '}') place = 'end';
        else throw broken(`it is not valid JSON after "${key.slice(0, 40)}"`);
        return false;
      case 'end':
        throw broken('something follows its end');
    }
  }

  function leaveList(): void {
    index = null;
    place = 'after';
  }

  return {
    take(text: string): JsonPart[] {
      parts = [];
      for (let i = 0; i < text.length; ) {
        if (reading === 'no') {
          if (text.charCodeAt(i) <= 0x20) {
            i++;
            continue;
          }
          const c = text.charAt(i);
          if (!step(c)) {
            i++;
            continue;
          }
          begin(c);
          hold(c);
          i++;
        }
        const end = endOfValue(text, i);
        hold(text.slice(i, end ?? text.length));
        if (end === null) break;
        i = end;
        finish();
      }
      return parts;
    },
    end(): void {
      if (place === 'start') throw broken('it is empty');
      if (place !== 'end') throw broken('it ends before it is complete');
    },
  };
}

function broken(why: string): Failure {
  return new Failure('bad_dataset', `The file cannot be read: ${why}.`);
}
