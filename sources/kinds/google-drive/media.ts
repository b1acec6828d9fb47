import { Failure } from '../../../domain/failures.ts';
import { checkPart } from '../../download/resume.ts';
import type { BodySink } from '../../reach/exchange.ts';
import { announcedLength, lastModified, type ResponseHead } from '../../reach/response.ts';
import { type Reception, receive } from '../../reception.ts';
import type { Fetched, FetchItem, FetchOptions } from '../../source.ts';
import { collect, type Take } from './ask.ts';
import { looksLikePage, pageFailure } from './pages.ts';

const MAX_RESUMES = 2;
const MAX_PAGE = 128 * 1024;

/** Sends one request for the bytes, from where `headers` say. */
export type SendForBytes = (headers: Record<string, string>, take: Take) => Promise<void>;

/** Keeps a page for people that came where the bytes of a file belong. */
interface Interstitial {
  page: ReturnType<typeof collect> | null;
}

const isHtml = (head: ResponseHead) => /^text\/html/i.test(head.header('content-type') ?? '');

/**
 * Where a body goes: into the reception, unless it is a page. A file can be a page too; then it has the listed length,
 * or a hash that it is held to.
 */
function takeWhole(head: ResponseHead, reception: Reception, item: FetchItem, seen: Interstitial): BodySink {
  const total = announcedLength(head);
  const listed = item.sizeExact ? item.size : null;
  const asPage = () => {
    seen.page = collect(MAX_PAGE);
    return seen.page;
  };
  if (isHtml(head) && (listed === null || listed !== total)) return asPage();
  let sink: BodySink | null = null;
  reception.begin({ total, validator: item.hashes?.sha256 ?? item.hashes?.md5 ?? null });
  return {
    write(chunk) {
      sink ??= listed === null && looksLikePage(chunk) ? asPage() : { write: (each) => reception.add(each) };
      sink.write(chunk);
    },
  };
}

/**
 * Brings the bytes of a file in. A body that breaks off is gone on with where it broke, up to twice now and in later
 * attempts, when the listing gave a hash: Drive gives nothing else by which the rest can be told to fit.
 *
 * @throws Failure, or the signal's reason. Nothing stays open.
 */
export function receiveFile(item: FetchItem, options: FetchOptions, send: SendForBytes): Promise<Fetched> {
  const seen: Interstitial = { page: null };
  let first: ResponseHead | null = null;

  async function attempt(reception: Reception, resumed: number): Promise<void> {
    const { part } = reception;
    const known = item.hashes?.sha256 ?? item.hashes?.md5;
    const goesOn = part !== null && part.validator === known;
    const take: Take = (head) => {
      if (head.status === 206 && goesOn) {
        checkPart(head, null, part.bytes, part.total);
        first ??= head;
        return { write: (chunk) => reception.add(chunk) };
      }
      if (head.status !== 200) return null;
      first = head;
      return takeWhole(head, reception, item, seen);
    };
    try {
      await send(goesOn ? { range: `bytes=${part.bytes}-` } : {}, take);
    } catch (error) {
      const brokeOff = error instanceof Failure && error.type === 'short_read';
      if (!brokeOff || resumed === MAX_RESUMES || reception.part === null || seen.page !== null) throw error;
      await attempt(reception, resumed + 1);
    }
  }

  return receive(item, options, async (reception) => {
    await attempt(reception, 0);
    if (seen.page !== null) throw pageFailure(seen.page.text());
    if (first === null) throw new Failure('bad_response', 'Google gave no answer.');
    return reception.finish({ modifiedAt: lastModified(first) });
  });
}
