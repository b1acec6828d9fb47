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

/** An answer that is no file, and that has to be read before it can be understood. */
export interface Refusal extends BodySink {
  failure(): Failure;
}

export interface Download extends FetchOptions {
  item: Pick<FetchItem, 'size' | 'sizeExact' | 'hashes'>;
  url: URL;
  method?: HttpRequest['method'];
  headers?: Record<string, string>;
  credentials?: HttpRequest['credentials'];
  budget?: HttpRequest['budget'];
  mayRedirect?: HttpRequest['mayRedirect'];
  sign?: HttpRequest['sign'];
  /** Where `Content-Encoding` is a note that somebody left beside the stored bytes, which are sent as they are. */
  encodingIsANote?: boolean;
  /** What an answer other than 200 and 206 means; what an answer that is no file means. Throws or leaves it. */
  judge?: (head: ResponseHead) => void;
  /** The same for answers other than 200 that say in their body what is wrong. `null`: this one does not. */
  refusal?: (head: ResponseHead) => Refusal | null;
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
    if (!job.encodingIsANote) refuseEncoded(head);
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
    const refused: { by: Refusal | null } = { by: null };
    const take = (head: ResponseHead): BodySink => {
      if (head.status === 206 && part !== null && validator !== null) {
        if (!job.encodingIsANote) refuseEncoded(head);
        checkPart(head, validator, part.bytes, part.total);
        first ??= head;
      } else {
        refused.by = head.status === 200 ? null : (job.refusal?.(head) ?? null);
        if (refused.by !== null) return refused.by;
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
          sign: job.sign,
          ...(job.mayRedirect !== undefined && { mayRedirect: job.mayRedirect }),
        },
        take,
      );
    } catch (error) {
      // As much of it as came says more than that it broke off.
      if (refused.by !== null && error instanceof Failure) throw refused.by.failure();
      const brokeOff = error instanceof Failure && error.type === 'short_read';
      if (!brokeOff || resumed === MAX_RESUMES || reception.part === null) throw error;
      await attempt(reception, resumed + 1);
    }
    if (refused.by !== null) throw refused.by.failure();
  }

  return receive(job.item, job, async (reception) => {
    await attempt(reception, 0);
    if (first === null) throw new Failure('bad_response', 'The source gave no answer.');
    // Hashes in the head of a part are those of the part.
    const hashes = first.status === 200 ? announcedHashes(first) : {};
    return reception.finish({ modifiedAt: lastModified(first), hashes });
  });
}
