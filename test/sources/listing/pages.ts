import { Failure } from '../../../domain/failures.ts';
import type { Listing, ListingLimits } from '../../../sources/listing/listing.ts';
import { parseListing } from '../../../sources/listing/parse.ts';

export const BASE = new URL('http://h:81/cam1/');

export function parse(
  body: string | Uint8Array,
  contentType: string | undefined = 'text/html',
  limits: Partial<ListingLimits> = {},
): Promise<Listing> {
  return parseListing({
    body: typeof body === 'string' ? Buffer.from(body) : body,
    contentType,
    baseUrl: BASE,
    limits,
  });
}

/** A page as nginx writes it, around links that it never would. */
export const index = (links: string) =>
  `<html><head><title>Index of /cam1/</title></head><body><h1>Index of /cam1/</h1><pre>${links}</pre></body></html>`;

/** The type of the failure, or `null`. Anything that is not a Failure is thrown on. */
export async function failureOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.type;
    throw error;
  }
}
