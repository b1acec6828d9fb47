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

/** A request that somebody else may make of the store. */
export interface DirectRequest {
  url: string;
  method: string;
  /** To be sent exactly so. The length of the body is part of the signature too. */
  headers: Record<string, string>;
}

/**
 * Addresses of a store that speaks HTTP itself, for clients that get or put bytes without us. Signed here, without
 * asking the store; whoever holds one may use it until it expires.
 */
export interface DirectAccess {
  /** @param how.fileName makes it a download @throws TypeError for types that browsers run, and for more than 300 seconds */
  presignGet(key: string, how: { seconds: number; contentType: string; fileName?: string }): string;
  /** For exactly so many bytes (of this SHA-256, hex). @throws TypeError as above, and for more than an hour */
  presignPut(
    key: string,
    how: { seconds: number; contentType: string; bytes: number; sha256?: string },
  ): DirectRequest;
}

/** An upload in parts that was begun and neither finished nor aborted: invisible, and paid for. */
export interface UnfinishedUpload {
  key: string;
  uploadId: string;
  begunAt: Date;
}

/**
 * Where bytes are kept. Keys are made by `keys.ts` from UUIDs, never from names of outside.
 *
 * A `put` that resolved is durable and whole; one that threw left either nothing or the previous object.
 * @throws Failure `store_unavailable`, `store_misconfigured` or `storage_full`, and `object_missing` where a key must
 * exist.
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
  /** Only of stores that clients can reach. */
  readonly direct?: DirectAccess;
  /** Only of stores that take objects in parts. */
  readonly unfinished?: {
    list(): AsyncIterable<UnfinishedUpload>;
    /** Aborting what is gone is fine. */
    abort(key: string, uploadId: string): Promise<void>;
  };
}
