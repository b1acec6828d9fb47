import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { announcedLength, type ResponseHead } from '../../reach/response.ts';
import { type Reception, receive } from '../../reception.ts';
import type { Fetched, FetchItem, FetchOptions } from '../../source.ts';
import type { DropboxPlace } from './address.ts';
import { CONTENT_RESULT, type ContentResult, modifiedAt, readAnswer } from './answers.ts';
import type { DropboxApi, Taking } from './api.ts';
import { explain } from './explain.ts';
import { isDenied, Refusal, refusalFailure } from './refusals.ts';

export interface FetchDropbox {
  api: DropboxApi;
  place: DropboxPlace;
  passwordGiven: boolean;
  timeoutMs: number;
}

const LOCATOR = z.string().max(8_192);

/** Read before the library does, which takes any answer for a good one. */
function resultOf(head: ResponseHead): ContentResult {
  let result: unknown = null;
  try {
    result = JSON.parse(head.header('dropbox-api-result') ?? '');
  } catch {
    // The schema refuses it.
  }
  return readAnswer(CONTENT_RESULT, result);
}

/** @throws Failure `changed_during_read` unless the rest of the same revision follows exactly. */
function checkRest(head: ResponseHead, rev: string, from: number): void {
  const range = /^bytes (\d{1,20})-\d{1,20}\/(?:\d{1,20}|\*)$/.exec(head.header('content-range') ?? '');
  if (range !== null && Number(range[1]) === from && resultOf(head).rev === rev) return;
  throw new Failure(
    'changed_during_read',
    'The rest of the file that Dropbox sent does not fit its first part.',
  );
}

function takeInto(reception: Reception, part: Reception['part']): Taking['take'] {
  return (head) => {
    if (head.status === 206 && part !== null) {
      checkRest(head, part.validator, part.bytes);
    } else if (head.status === 200) {
      const { size, rev } = resultOf(head);
      reception.begin({ total: announcedLength(head) ?? size, validator: rev });
    } else {
      throw new Failure('bad_response', `Dropbox answered a question for content with HTTP ${head.status}.`);
    }
    return { write: (chunk) => reception.add(chunk) };
  };
}

/**
 * Fetches a file. What broke off is gone on with by Range (content endpoints take it, `If-Range` is not documented):
 * the revision beside the bytes tells whether they belong together.
 *
 * @throws Failure, or the signal's reason. Nothing stays open.
 */
export function fetchFile(
  { api, place, passwordGiven, timeoutMs }: FetchDropbox,
  item: FetchItem,
  options: FetchOptions,
): Promise<Fetched> {
  const { signal } = options;
  return receive(item, options, async (reception) => {
    const path = LOCATOR.safeParse(item.locator).data;
    if (path === undefined) throw new Failure('internal_error', 'The item has no path.');
    const { part } = reception;
    // All of it may be there already, and no range is left to ask for.
    const goesOn = part !== null && (part.total === null || part.bytes < part.total) ? part : null;
    const taking: Taking = {
      signal,
      time: { leftMs: timeoutMs },
      headers: goesOn === null ? {} : { range: `bytes=${goesOn.bytes}-` },
      take: takeInto(reception, goesOn),
    };
    try {
      const result = await (place.type === 'own'
        ? api.ownFile(path, taking)
        : api.linkedFile(place.url, path === '' ? null : path, taking));
      return await reception.finish({
        modifiedAt: modifiedAt(result),
        hashes: result.content_hash === undefined ? {} : { dropbox: result.content_hash },
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (isDenied(error.tag) && place.type === 'link') {
        await explain(error, { api, url: place.url, passwordGiven, asked: 'file', signal });
      }
      throw refusalFailure(error, 'file');
    }
  });
}
