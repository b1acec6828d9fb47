import { Failure } from '../../domain/failures.ts';
import { tooLarge } from './listing.ts';

const MAX_DEPTH = 256;
/** Longer keys are read over: no path has them. */
const MAX_KEY = 256;

export interface PathReaderOptions {
  /** Where the list is: keys from the outside in. */
  list: readonly string[];
  /** Values of their own that are wanted as well: texts and numbers, not lists and objects. */
  wanted: readonly (readonly string[])[];
  /** Characters of one element. */
  maxElement: number;
  onElement: (element: unknown) => void;
}

export interface PathReader {
  /** @throws Failure `bad_response`, `listing_too_large` */
  write(text: string): void;
  /** @throws Failure `bad_response` */
  end(): { list: 'read' | 'null' | 'missing' | 'no-list'; wanted: unknown[] };
}

/** Instead of a wanted value that is a list or an object. */
export const CONTAINER = Symbol('container');

interface Frame {
  isList: boolean;
  /** Key, or place in the list, of the member being read; `null`: a key that no path has. */
  key: string | null;
  index: number;
}

const broken = () => new Failure('bad_response', 'The answer is not valid JSON.');

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** First characters of values. */
const BEGINS = '{["-0123456789tfn';

/** What a text is being read for. `skip`: a value of no interest, strings in it included. */
type Reading = 'structure' | 'key' | 'element' | 'value' | 'skip';

/**
 * Reads one list out of a JSON document, and single values beside it, as the document arrives: the elements are parsed
 * one by one and the rest is only looked over, so that neither time nor memory are those of the whole.
 */
export function createPathReader({ list, wanted, maxElement, onElement }: PathReaderOptions): PathReader {
  const frames: Frame[] = [];
  const values: unknown[] = wanted.map(() => undefined);
  let found: 'read' | 'null' | 'missing' | 'no-list' = 'missing';
  let started = false;
  let ended = false;
  /** The next string is a key. */
  let keyNext = false;

  let reading: Reading = 'structure';
  let held = '';
  /** The key being read. */
  let tooLong = false;
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** Which of `wanted` is being read. */
  let slots: number[] = [];

  const here = (path: readonly string[]) =>
    path.length === frames.length && frames.every((frame, i) => frame.key === path[i]);
  const leadsTo = (path: readonly string[]) =>
    path.length > frames.length && frames.every((frame, i) => frame.key === path[i]);
  const inList = () => frames.length === list.length + 1 && frames.at(-1)?.isList === true && isTheList();
  const isTheList = () => list.every((step, i) => frames[i]?.key === step);

  /** A value begins at the current place; `c` is its first character. */
  function begin(c: number): void {
    if (ended || !BEGINS.includes(String.fromCharCode(c))) throw broken();
    started = true;
    const opens = c === 0x7b || c === 0x5b;
    if (inList()) {
      reading = 'element';
      return;
    }
    slots = wanted.flatMap((path, i) => (here(path) ? [i] : []));
    if (here(list)) {
      if (c === 0x5b) found = 'read';
      // `n` of null.
      else found = c === 0x6e ? 'null' : 'no-list';
    }
    if (opens) {
      for (const slot of slots) values[slot] = CONTAINER;
      if ((here(list) && c === 0x5b) || leadsTo(list) || wanted.some(leadsTo)) {
        if (frames.length === MAX_DEPTH) throw tooLarge('nests its elements too deeply');
        frames.push({ isList: c === 0x5b, key: c === 0x5b ? '0' : '', index: 0 });
        keyNext = c === 0x7b;
        return;
      }
    }
    reading = slots.length > 0 && !opens ? 'value' : 'skip';
  }

  /** A value that was looked over, kept or parsed is complete. */
  function complete(text: string): void {
    const was = reading;
    reading = 'structure';
    held = '';
    if (was === 'skip') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw broken();
    }
    if (was === 'element') onElement(value);
    else for (const slot of slots) values[slot] = value;
  }

  function close(c: number): void {
    const frame = frames.pop();
    if (frame === undefined || frame.isList !== (c === 0x5d)) throw broken();
    keyNext = false;
    if (frames.length === 0) ended = true;
  }

  function comma(): void {
    const frame = frames.at(-1);
    if (frame === undefined) throw broken();
    if (frame.isList) frame.key = String(++frame.index);
    keyNext = !frame.isList;
  }

  /** Goes over a value from `from`. @returns where it ends (exclusive), or -1 when the text does first. */
  function over(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (inString) {
        if (escaped) escaped = false;
        else if (c === BACKSLASH) escaped = true;
        else if (c === QUOTE) {
          inString = false;
          if (depth === 0) return i + 1;
        }
      } else if (c === QUOTE) inString = true;
      else if (c === 0x7b || c === 0x5b) {
        if (++depth > MAX_DEPTH) throw tooLarge('nests its elements too deeply');
      } else if (c === 0x7d || c === 0x5d) {
        // The end of what a number or word stands in.
        if (depth === 0) return i;
        if (--depth === 0) return i + 1;
      } else if (depth === 0 && (c === 0x2c || c <= 0x20)) return i;
    }
    return -1;
  }

  function keep(text: string, from: number, to: number): void {
    if (reading === 'skip') return;
    const room = reading === 'key' ? MAX_KEY : maxElement;
    if (held.length + to - from <= room) held += text.slice(from, to);
    else if (reading === 'key') tooLong = true;
    else throw tooLarge('has an entry that is too long');
  }

  function readKey(text: string): void {
    const frame = frames.at(-1);
    if (frame === undefined) throw broken();
    try {
      frame.key = tooLong ? null : String(JSON.parse(text));
    } catch {
      throw broken();
    }
    keyNext = false;
    tooLong = false;
    reading = 'structure';
    held = '';
  }

  function write(text: string): void {
    let i = 0;
    while (i < text.length) {
      if (reading !== 'structure') {
        const end = over(text, i);
        keep(text, i, end === -1 ? text.length : end);
        if (end === -1) return;
        i = end;
        if (reading === 'key') readKey(held);
        else {
          complete(held);
          if (frames.length === 0) ended = true;
        }
        continue;
      }
      const c = text.charCodeAt(i);
      if (c <= 0x20 || c === 0x3a) i++;
      else if (c === 0x2c) {
        comma();
        i++;
      } else if (c === 0x7d || c === 0x5d) {
        close(c);
        i++;
      } else if (c === QUOTE && keyNext) {
        reading = 'key';
      } else {
        begin(c);
        // A container that is gone into has no text of its own.
        if (reading === 'structure') i++;
      }
    }
  }

  return {
    write,
    end() {
      // A number at the top has no end of its own.
      if (reading !== 'structure' && frames.length === 0 && depth === 0 && !inString) {
        complete(held);
        ended = true;
      }
      if (!started || !ended) throw broken();
      return { list: found, wanted: values };
    },
  };
}
