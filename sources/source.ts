/**
 * Where images come from. One file per kind implements this and is entered in `registry.ts`.
 *
 * A source never decides what happens to an item: it lists and it fetches. It throws `Failure` with a type
 * of `domain/failures.ts`; anything else it throws counts as `internal_error`.
 */

import type { SourceCredentials } from './credentials.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One file as the listing shows it. */
export interface SourceItem {
  /** Stable id within the source: a path relative to the source's root, or a provider's id. */
  externalId: string;
  /** Name to show. Never used as a path. */
  name: string;
  /** What `fetch` needs beside the address: a URL, an absolute path, a provider id. */
  locator: Json;
  /** Bytes, when the listing says; `null` otherwise. */
  size: number | null;
  /** Whether `size` is the exact number of bytes rather than a rounded figure. */
  sizeExact: boolean;
  modifiedAt: Date | null;
  /** Changes when the content changes: etag, provider hash, or size + time. Part of the ledger's key. */
  version: string;
  /** Set when the item is to be recorded but not fetched. */
  skip?: 'not_an_image' | 'bad_name';
}

export interface ListPage {
  items: SourceItem[];
  /** Where to go on; `null` when the listing is complete. Stored in Postgres, so it must be plain JSON. */
  next: Json;
}

export interface Fetched {
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** Lower-case hex. */
  md5: string;
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
}

export interface Source {
  /** @param cursor `null` for the first page, then each page's `next`. */
  list(cursor: Json, signal: AbortSignal): Promise<ListPage>;
  fetch(
    item: Pick<SourceItem, 'externalId' | 'locator' | 'size' | 'sizeExact'>,
    options: FetchOptions,
  ): Promise<Fetched>;
  close(): Promise<void>;
}

/** What an address turns into once it is understood. */
export interface ParsedAddress {
  /** Canonical form, without credentials: two spellings of one place are one source in the ledger. */
  address: string;
  /** What `open` needs, stored with the import; plain JSON, no secrets. */
  settings: Json;
}

export interface SourceKind {
  kind: string;
  /** @throws Failure `bad_address` with a sentence that says what to do. */
  parse(input: string): ParsedAddress;
  /** @param credentials what the source asks of its visitors; kinds that ask nothing leave them aside. */
  open(parsed: ParsedAddress, credentials?: SourceCredentials): Source;
}
