/**
 * Where images come from. Each kind is a folder of `kinds/` whose `kind.ts` has a `SourceKindFactory` as its default
 * export, and a line in `kinds/table.ts`; docs/adding-a-source.md shows how.
 *
 * A source never decides what happens to an item: it lists and it fetches. It throws `Failure` with a type
 * of `domain/failures.ts`; anything else it throws counts as `internal_error`.
 */

import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Digest } from './digests.ts';
import type { HttpClient } from './reach/client.ts';
import type { Guard } from './reach/guard.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Hashes of the content that a provider announces, in lower-case hex. `dropbox` is Dropbox's `content_hash`. */
export type AnnouncedHashes = Partial<Record<keyof Digest, string>>;

/** Why an item is recorded and not fetched. */
export type ListingSkip =
  | 'not_an_image'
  | 'bad_name'
  | 'native_document'
  | 'dangling_link'
  | 'not_downloadable'
  | 'encrypted_entry'
  | 'unsupported_compression'
  | 'archive_link';

/** One file as the listing shows it. */
export interface SourceItem {
  /** Stable id within the source: a path relative to the source's root, or a provider's id. */
  externalId: string;
  /** Name to show. Never used as a path. */
  name: string;
  /** What `fetch` needs beside the address: a URL, an absolute path, a provider id. No secrets. */
  locator: Json;
  /** Bytes, when the listing says; `null` otherwise. */
  size: number | null;
  /** Whether `size` is the exact number of bytes rather than a rounded figure. */
  sizeExact: boolean;
  modifiedAt: Date | null;
  /** Changes when the content changes: etag, provider hash, or size + time. Part of the ledger's key. */
  version: string;
  /** With them, content that the library has is not fetched, and what is fetched is compared. */
  hashes?: AnnouncedHashes;
  /** Set when the item is to be recorded but not fetched. */
  skip?: ListingSkip;
}

export interface ListPage {
  items: SourceItem[];
  /** Where to go on; `null` when the listing is complete. Stored in Postgres, so it must be plain JSON. No secrets. */
  next: Json;
  /** The provider said that it could not show everything. */
  partial?: boolean;
}

export interface Fetched extends Digest {
  bytes: number;
  /** What the source said of the bytes when they were read. */
  modifiedAt: Date | null;
  /** True when a length or hash announced by the source was compared with the bytes. */
  verified: boolean;
}

export interface FetchOptions {
  /** A file that does not exist yet; the source creates it and writes all bytes. Removed by the caller. */
  toPath: string;
  maxBytes: number;
  signal: AbortSignal;
  /** Called with the running number of bytes. */
  onProgress?: (bytes: number) => void;
  /**
   * What a transfer that broke off leaves at `toPath` (and a note beside it, `toPath` + `.part`) is kept, and the next
   * call with the same path goes on from there where the source can tell that it still is the same content.
   */
  resumable?: boolean;
}

/** What `fetch` is told of an item. */
export type FetchItem = Pick<SourceItem, 'externalId' | 'locator' | 'size' | 'sizeExact' | 'hashes'>;

export interface Source {
  /** @param cursor `null` for the first page, then each page's `next`. At most 1,000 items a page. */
  list(cursor: Json, signal: AbortSignal): Promise<ListPage>;
  fetch(item: FetchItem, options: FetchOptions): Promise<Fetched>;
  close(): Promise<void>;
}

/** What an address turns into once it is understood. */
export interface ParsedAddress {
  /** Canonical form, without credentials: two spellings of one place are one source in the ledger. */
  address: string;
  /** What `open` needs, stored with the import; plain JSON, no secrets. */
  settings: Json;
}

/** Turns at sending a request: one budget for each account at a provider, shared by everything that asks it. */
export interface RequestBudget {
  /**
   * Waits until one more request may be sent.
   * @returns gives the place back once the request is over; may be called more than once.
   * @throws the signal's reason.
   */
  turn(signal: AbortSignal): Promise<() => void>;
}

export interface SourceContext {
  /** As `credentials` of the kind parsed them; `null`: none were given. Never in settings, cursors, items or errors. */
  credentials: unknown;
  budget: RequestBudget;
}

/** How much may be asked of one provider account, when nobody said otherwise. */
export interface Politeness {
  /** On average; a second's worth may come in a burst. `null`: no limit but the concurrency. */
  requestsPerSecond: number | null;
  /** Requests under way at the same time, of one process. */
  concurrency: number;
}

export interface SourceKind {
  /** As in the API and the database: lower case, `-` or `_` between words. */
  kind: string;
  /** For people: `Google Drive`. */
  title: string;
  /** What an address of this kind looks like, for people; ends a sentence that begins with "It can be". */
  looksLike: string;
  /** Whether an address looks like one of this kind. `parse` has the last word. */
  recognises(input: string): 'no' | 'generic' | 'specific';
  /** What visitors may be asked for; `null`: the kind asks nothing. */
  credentials: z.ZodType | null;
  politeness: Politeness;
  /**
   * @param options the settings that somebody gave beside the address, to be checked; or those of a stored import
   *   with changes, when an import that needs attention is told to go on.
   * @throws Failure `bad_address` with a sentence that says what to do.
   */
  parse(input: string, options?: { readonly [name: string]: Json }): ParsedAddress;
  /** Who is asked: requests to the same account share a budget. A host name, or the provider's. */
  account(parsed: ParsedAddress): string;
  open(parsed: ParsedAddress, context: SourceContext): Source;
}

/** What providers need of the configuration. */
export interface ProviderSettings {
  google: {
    apiKey: string | null;
    /** Base of the API instead of https://www.googleapis.com. */
    endpoint: string | null;
    /** Whether public folders may be read without any key, through pages that are not documented. */
    keyless: boolean;
  };
  dropbox: {
    appKey: string | null;
    appSecret: string | null;
    accessToken: string | null;
    /** Base of the API instead of https://api.dropboxapi.com and https://content.dropboxapi.com. */
    endpoint: string | null;
  };
}

/** Archives that were given to us to bring in what they hold, by id. */
export interface KeptArchives {
  /** @throws Failure `source_not_found`: it is no longer kept */
  open(id: string): Promise<KeptArchive>;
}

export interface KeptArchive {
  bytes: number;
  sha256: string;
  /** Bytes from `start` up to and without `end`. */
  read(start: number, end: number): Promise<Readable>;
}

/** What kinds are made of. Everything that dials goes through `client` or `guard`. */
export interface SourceDeps {
  client: HttpClient;
  guard: Guard;
  /** Folders that imports may read below; `null`: all. */
  folderRoots: readonly string[] | null;
  providers: ProviderSettings;
  archives: KeptArchives;
  /** Longest that one file may take, in milliseconds. */
  fetchTimeoutMs: number;
}

export type SourceKindFactory = (deps: SourceDeps) => SourceKind;
