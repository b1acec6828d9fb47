import { Parser } from 'htmlparser2';
import { createLinkRule } from './links.ts';
import {
  type ListingEntry,
  type ListingLimits,
  type ListingReader,
  notAListing,
  tooLarge,
} from './listing.ts';

/** nginx `autoindex_format xml`: `<list><file mtime="…Z" size="123">name</file><directory mtime="…Z">name</directory></list>`. */
export function createXmlReader(base: URL, limits: ListingLimits): ListingReader {
  const rule = createLinkRule(base);
  const entries = new Map<string, ListingEntry>();
  let depth = 0;
  let isList = false;
  let open: { kind: ListingEntry['kind']; name: string; size: string; mtime: string } | null = null;

  const parser = new Parser(
    {
      onopentagname(tag) {
        if (++depth > limits.depth) throw tooLarge('nests its elements too deeply');
        if (depth === 1 && tag !== 'list') throw notAListing('The page is XML, but not a list of files.');
        if (depth === 1) isList = true;
        if (depth === 2 && (tag === 'file' || tag === 'directory'))
          open = { kind: tag, name: '', size: '', mtime: '' };
      },
      onattribute(name, value) {
        if (value.length > limits.attribute) throw tooLarge('has an attribute that is too long');
        if (open && (name === 'size' || name === 'mtime')) open[name] = value;
      },
      ontext(text) {
        if (!open) return;
        open.name += text;
        if (open.name.length > limits.attribute) throw tooLarge('has a name that is too long');
      },
      onclosetag() {
        depth--;
        const done = open;
        if (depth !== 1 || done === null) return;
        open = null;
        const link = rule.name(done.name, done.kind);
        if (entries.has(link.url)) return;
        if (entries.size >= limits.entries) throw tooLarge(`has more than ${limits.entries} entries`);
        const size = done.kind === 'file' && /^\d{1,16}$/.test(done.size) ? Number(done.size) : null;
        const time = Date.parse(done.mtime.slice(0, 64));
        entries.set(link.url, {
          ...link,
          size,
          sizeExact: size !== null,
          modifiedAt: Number.isNaN(time) ? null : new Date(time),
          mtimePrecision: Number.isNaN(time) ? null : 'second',
        });
      },
    },
    { xmlMode: true },
  );

  return {
    write: (text) => parser.write(text),
    end() {
      parser.end();
      if (!isList) throw notAListing('The page is empty.');
      return { entries: [...entries.values()], ignored: { offHost: 0, other: 0 } };
    },
  };
}
