import { Failure } from '../../domain/failures.ts';
import type { SourceCredentials } from '../credentials.ts';
import { createDigests, type Digests } from '../digests.ts';
import { createLanding, type Landing } from '../landing.ts';
import type { HttpClient } from '../reach/client.ts';
import type { BodySink } from '../reach/exchange.ts';
import { announcedLength, lastModified, type ResponseHead, refuseEncoded } from '../reach/response.ts';
import { statusFailure } from '../reach/status.ts';
import type { Fetched, FetchOptions } from '../source.ts';
import { announcedHashes, compareHashes } from './announcedHash.ts';
import { checkPart, resumeHeaders, type Validator, validatorOf } from './resume.ts';

const MAX_RESUMES = 2;

export interface Download extends FetchOptions {
  url: URL;
  credentials?: { origin: string; give: SourceCredentials } | undefined;
  /** Exact bytes as listed; `null` when unknown or rounded. */
  listedBytes: number | null;
}

/** What the first response said of the file. */
interface Said {
  head: ResponseHead;
  total: number | null;
  validator: Validator | null;
}

/**
 * Fetches a file over HTTP, hashing it on the way. A body that breaks off is resumed where it broke, up to twice,
 * when the source can tell that it still is the same file.
 *
 * @throws Failure, or the signal's reason. The file at `toPath` may then be there in part; nothing stays open.
 */
export async function download(client: HttpClient, job: Download): Promise<Fetched> {
  const { maxBytes, listedBytes, signal } = job;
  const tooLarge = () => new Failure('too_large', `The file is larger than the limit of ${maxBytes} bytes.`);
  if (listedBytes !== null && listedBytes > maxBytes) throw tooLarge();

  const time = { leftMs: client.deadlines.fetchMs };
  const run: { said: Said | null; landing: Landing | null; bytes: number; digests: Digests } = {
    said: null,
    landing: null,
    bytes: 0,
    digests: createDigests(),
  };

  function start(head: ResponseHead): void {
    if (head.status !== 200) throw statusFailure(head, 'file');
    refuseEncoded(head);
    const total = announcedLength(head);
    if (total !== null && total > maxBytes) throw tooLarge();
    if (total !== null && listedBytes !== null && total !== listedBytes) throw changed(listedBytes, total);
    run.said = { head, total, validator: validatorOf(head) };
    run.digests = createDigests();
    run.bytes = 0;
    if (run.landing) run.landing.restart();
    else run.landing = createLanding(job.toPath, total ?? listedBytes);
  }

  function receive(head: ResponseHead): BodySink {
    if (head.status === 206 && run.said?.validator) {
      refuseEncoded(head);
      checkPart(head, run.said.validator, run.bytes, run.said.total);
    } else {
      start(head);
    }
    return {
      write(chunk) {
        run.bytes += chunk.length;
        if (run.bytes > maxBytes) throw tooLarge();
        run.digests.update(chunk);
        job.onProgress?.(run.bytes);
        run.landing?.add(chunk);
      },
    };
  }

  async function attempt(resumed: number): Promise<void> {
    const validator = run.bytes > 0 ? run.said?.validator : null;
    const headers = validator ? resumeHeaders(validator, run.bytes) : {};
    try {
      await client.request({ url: job.url, credentials: job.credentials, signal, time, headers }, receive);
    } catch (error) {
      const brokeOff = error instanceof Failure && error.type === 'short_read';
      if (!brokeOff || resumed === MAX_RESUMES || run.bytes === 0 || !run.said?.validator) throw error;
      await attempt(resumed + 1);
    }
  }

  try {
    await attempt(0);
    const { said, bytes } = run;
    if (said === null || run.landing === null)
      throw new Failure('bad_response', 'The source gave no answer.');
    if (said.total !== null && bytes !== said.total) {
      throw new Failure('short_read', `The source announced ${said.total} bytes and sent ${bytes}.`);
    }
    if (listedBytes !== null && bytes !== listedBytes) throw changed(listedBytes, bytes);
    const hashes = run.digests.end();
    const hashed = compareHashes(announcedHashes(said.head), hashes);
    await run.landing.finish();
    return {
      bytes,
      ...hashes,
      modifiedAt: lastModified(said.head),
      verified: hashed || said.total !== null || listedBytes !== null,
    };
  } finally {
    await run.landing?.abandon();
  }
}

function changed(listed: number, found: number): Failure {
  return new Failure(
    'changed_during_read',
    `The listing gave ${listed} bytes, the file has ${found}: it changed after it was listed.`,
  );
}
