import { Parser } from 'htmlparser2';
import { Failure } from '../domain/failures.ts';

export interface XmlLimits {
  bytes: number;
  /** Open elements within each other. */
  depth: number;
  /** Characters of the text of one element, and of a name. */
  text: number;
}

/** Elements by their path of local names from the root, such as `multistatus/response/href`. */
export interface XmlHandler {
  open?(path: string): void;
  /** @param text what stands between the last tag before and this one, entities decoded */
  close(path: string, text: string): void;
}

/** Takes a document in pieces. Both may throw a Failure: `bad_response`, `listing_too_large`, or what the handler throws. */
export interface XmlReader {
  write(chunk: Buffer): void;
  end(): void;
}

/**
 * Reads the XML that a server answers with, as it arrives: no tree is built, so memory does not grow with the answer, and
 * nothing is made of names or numbers but text. Namespace prefixes are left off; the caller asked for what it reads, so
 * local names are enough. Only the five entities of XML and numbers of characters are known. A document type, in which
 * others could be made up, is refused.
 */
export function createXmlReader(root: string, handler: XmlHandler, limits: XmlLimits): XmlReader {
  const decoder = new TextDecoder('utf-8');
  const paths: string[] = [];
  let text = '';
  let bytes = 0;
  let complete = false;
  const garbage = (what: string) => new Failure('bad_response', `The XML that the server sent ${what}.`);
  const tooLarge = (what: string) =>
    new Failure(
      'listing_too_large',
      `The answer of the server ${what}. Import parts of the place one by one.`,
    );

  const parser = new Parser(
    {
      onopentagname(tag) {
        if (complete) throw garbage('goes on after its end');
        if (tag.length > limits.text) throw tooLarge('has a name that is too long');
        const name = tag.slice(tag.indexOf(':') + 1);
        const parent = paths.at(-1);
        if (parent === undefined && name !== root) throw garbage(`is no "${root}"`);
        const path = parent === undefined ? name : `${parent}/${name}`;
        if (paths.push(path) > limits.depth) throw tooLarge('nests its elements too deeply');
        text = '';
        handler.open?.(path);
      },
      ontext(piece) {
        text += piece;
        if (text.length > limits.text) throw tooLarge('has a text that is too long');
      },
      onprocessinginstruction(name) {
        if (name.toLowerCase().startsWith('!doctype')) throw garbage('has a document type');
      },
      onclosetag() {
        const path = paths.pop();
        if (path !== undefined) handler.close(path, text);
        text = '';
        complete = paths.length === 0;
      },
    },
    { xmlMode: true },
  );

  return {
    write(chunk) {
      bytes += chunk.length;
      if (bytes > limits.bytes) throw tooLarge('is too large to read safely');
      parser.write(decoder.decode(chunk, { stream: true }));
    },
    end() {
      if (!complete) throw garbage(bytes === 0 ? 'is empty' : 'is cut short, or no XML');
      parser.end();
    },
  };
}
