import type { Readable } from 'node:stream';

export interface ObjectInfo {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

/** A copy of an object as a file. It is only read, and `release`d when done. */
export interface LocalFile {
  path: string;
  release(): Promise<void>;
}

/**
 * Where bytes are kept. Keys are made by `keys.ts` from UUIDs, never from names of outside.
 *
 * A `put` that resolved is durable and whole; one that threw left either nothing or the previous object.
 * @throws Failure `store_unavailable` or `storage_full`, and `object_missing` where a key must exist.
 */
export interface ObjectStore {
  /** Takes the file over: it is moved where that is cheap, and gone afterwards. @returns what the store now holds */
  putFile(key: string, path: string, contentType: string): Promise<ObjectInfo>;
  head(key: string): Promise<ObjectInfo | null>;
  /** SHA-256 of the stored bytes, lower-case hex, read now. */
  hash(key: string): Promise<string>;
  /** @param range inclusive byte positions */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  localFile(key: string): Promise<LocalFile>;
  /** In no particular order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Deleting what is not there is fine. */
  delete(key: string): Promise<void>;
  /** Resolves when the store can be written. @throws Failure */
  check(): Promise<void>;
}
