import { Failure } from '../../domain/failures.ts';
import type { HttpClient, HttpRequest } from '../reach/client.ts';
import type { BodySink } from '../reach/exchange.ts';
import { announcedLength, lastModified, type ResponseHead, refuseEncoded } from '../reach/response.ts';
import { statusFailure } from '../reach/status.ts';
import { type Reception, receive } from '../reception.ts';
import type { Fetched, FetchItem, FetchOptions } from '../source.ts';
import { announcedHashes } from './announcedHashes.ts';
import { checkPart, readValidator, resumeHeaders, type Validator, validatorOf } from './resume.ts';

const MAX_RESUMES = 2;

export interface Download extends FetchOptions {
  item: Pick<FetchItem, 'size' | 'sizeExact' | 'hashes'>;
  url: URL;
  method?: HttpRequest['method'];
  headers?: Record<string, string>;
  credentials?: HttpRequest['credentials'];
  budget?: HttpRequest['budget'];
  mayRedirect?: HttpRequest['mayRedirect'];
  /** What an answer other than 200 and 206 means; what an answer that is no file means. Throws or leaves it. */
  judge?: (head: ResponseHead) => void;
  /** Instead of what the response says of the content; for providers that answer without such headers. */
  validator?: Validator;
}

/**
 * Fetches a file over HTTP, hashing it on the way. A body that breaks off is resumed where it broke, up to twice, when
 * the source can tell that it still is the same file; later attempts go on in the same way (`FetchOptions.resumable`).
 *
 * @throws Failure, or the signal's reason. Nothing stays open.
 */
export function download(client: HttpClient, job: Download): Promise<Fetched> {
  const { signal } = job;
  const time = { leftMs: client.deadlines.fetchMs };
  let first: ResponseHead | null = null;

  function start(head: ResponseHead, reception: Reception): void {
    job.judge?.(head);
    if (head.status !== 200) throw statusFailure(head, 'file');
    refuseEncoded(head);
    const validator = job.validator ?? validatorOf(head);
    reception.begin({
      total: announcedLength(head),
      validator: validator === null ? null : JSON.stringify(validator),
    });
    first = head;
  }

  async function attempt(reception: Reception, resumed: number): Promise<void> {
    const { part } = reception;
    const validator = part === null ? null : readValidator(part.validator);
    const take = (head: ResponseHead): BodySink => {
      if (head.status === 206 && part !== null && validator !== null) {
        refuseEncoded(head);
        checkPart(head, validator, part.bytes, part.total);
        first ??= head;
      } else {
        start(head, reception);
      }
      return { write: (chunk) => reception.add(chunk) };
    };
    const headers = {
      ...job.headers,
      ...(part !== null && validator !== null ? resumeHeaders(validator, part.bytes) : {}),
    };
    try {
      await client.request(
        {
          url: job.url,
          method: job.method ?? 'GET',
          headers,
          credentials: job.credentials,
          budget: job.budget,
          signal,
          time,
          ...(job.mayRedirect && { mayRedirect: job.mayRedirect }),
        },
        take,
      );
    } catch (error) {
      const brokeOff = error instanceof Failure && error.type === 'short_read';
      if (!brokeOff || resumed === MAX_RESUMES || reception.part === null) throw error;
      await attempt(reception, resumed + 1);
    }
  }

  return receive(job.item, job, async (reception) => {
    await attempt(reception, 0);
    if (first === null) throw new Failure('bad_response', 'The source gave no answer.');
    // Hashes in the head of a part are those of the part.
    const hashes = first.status === 200 ? announcedHashes(first) : {};
    return reception.finish({ modifiedAt: lastModified(first), hashes });
  });
}
