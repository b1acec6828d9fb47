import { Failure } from '../domain/failures.ts';
import type { SourceCredentials } from './credentials.ts';
import { createFolderKind, type FolderKindOptions } from './folder/kind.ts';
import { createHttpDirectoryKind } from './http-directory/kind.ts';
import type { HttpClient } from './reach/client.ts';
import type { ParsedAddress, Source, SourceKind } from './source.ts';

export interface SourceDeps {
  client: HttpClient;
  /** Folders that imports may read below; `null`: all. */
  folderRoots: FolderKindOptions['allowedRoots'];
}

interface Entry extends SourceKind {
  /** Whether an address looks like one of this kind; `parse` has the last word. */
  recognises: RegExp;
  /** How such an address looks, for people. */
  looksLike: string;
}

export interface SourceRegistry {
  kinds: readonly string[];
  /**
   * Finds the kind that an address belongs to.
   * @throws Failure `bad_address`, with what is understood when no kind knows it.
   */
  parseAny(input: string): { kind: string; parsed: ParsedAddress };
  /** @throws Failure `bad_address`: no such kind. */
  get(kind: string): SourceKind;
  /** @throws Failure `bad_address`: no such kind, or settings that it cannot use. */
  open(kind: string, parsed: ParsedAddress, credentials?: SourceCredentials): Source;
}

export function createSourceRegistry({ client, folderRoots }: SourceDeps): SourceRegistry {
  const table: readonly Entry[] = [
    {
      ...createHttpDirectoryKind({ client }),
      recognises: /^\s*https?:/i,
      looksLike: 'a directory that a web server shows the index of (https://host/photos/)',
    },
    {
      ...createFolderKind({ allowedRoots: folderRoots }),
      recognises: /^\s*(\/|~|file:)/i,
      looksLike: 'a folder (/absolute/path or file:///absolute/path)',
    },
  ];

  function get(kind: string): SourceKind {
    const entry = table.find((each) => each.kind === kind);
    if (entry) return entry;
    throw new Failure(
      'bad_address',
      `There is no kind of source called that. There are: ${table.map((each) => each.kind).join(', ')}.`,
    );
  }

  return {
    kinds: table.map((entry) => entry.kind),
    parseAny(input) {
      const entry = table.find((each) => each.recognises.test(input));
      if (entry) return { kind: entry.kind, parsed: entry.parse(input) };
      throw new Failure(
        'bad_address',
        `The address is not understood. It can be ${table.map((each) => each.looksLike).join(', or ')}.`,
      );
    },
    get,
    open: (kind, parsed, credentials) => get(kind).open(parsed, credentials),
  };
}
