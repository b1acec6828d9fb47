import { Failure } from '../../domain/failures.ts';

export interface ListingEntry {
  /** Decoded once, verbatim otherwise. With `skip` set: the undecoded segment, which is safe to store and show. */
  name: string;
  /** Absolute, on the listing's own server, one segment below it. */
  url: string;
  kind: 'file' | 'directory';
  size: number | null;
  /** Whether `size` is exact rather than a rounded figure. */
  sizeExact: boolean;
  /** Times without a zone are read as UTC, which is right for most servers and stable for all. */
  modifiedAt: Date | null;
  mtimePrecision: 'second' | 'minute' | null;
  skip?: 'bad_name';
}

export interface Listing {
  /** One for each distinct URL, in the order of the page. */
  entries: ListingEntry[];
  /** Links that are not entries: to other hosts, and navigation, sorting, parents. */
  ignored: { offHost: number; other: number };
}

export interface ListingLimits {
  bytes: number;
  entries: number;
  /** Open elements within each other. */
  depth: number;
  /** Characters of one attribute or one JSON element. */
  attribute: number;
}

export const LISTING_LIMITS: ListingLimits = {
  bytes: 16 * 1024 * 1024,
  entries: 100_000,
  depth: 256,
  attribute: 64 * 1024,
};

/** Takes the text of a page in pieces. Both calls may throw a Failure. */
export interface ListingReader {
  write(text: string): void;
  end(): Listing;
}

export function tooLarge(what: string): Failure {
  return new Failure('listing_too_large', `The listing ${what}. Import its sub-directories one by one.`);
}

export function notAListing(why: string): Failure {
  return new Failure('not_a_listing', `${why} Give the address of a directory whose index the server shows.`);
}
