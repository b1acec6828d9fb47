import { Failure } from '../../../domain/failures.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import { type ResponseHead, refuseEncoded } from '../../reach/response.ts';
import { type Asked, statusFailure } from '../../reach/status.ts';
import type { Place } from './place.ts';

/** Asked for at a time: what is asked for is held in memory until it is taken. */
const PIECE = 4 * 1024 * 1024;

export interface WebArchive extends Pick<HttpRequest, 'credentials' | 'budget'> {
  client: HttpClient;
  url: URL;
  /** What it means when there is nothing at the address. */
  asked: Asked;
}

const noParts = () =>
  new Failure(
    'bad_address',
    'The server does not send parts of files (HTTP Range), which reading an archive from afar needs. Download the ' +
      'archive and add the file instead.',
  );

const changed = () =>
  new Failure('changed_during_read', 'The archive was replaced on its server while it was read.');

/** What tells one version from the next, as `If-Range` takes it. `null`: nothing does. */
function tagOf(head: ResponseHead): string | null {
  const etag = head.header('etag');
  return etag?.startsWith('"') ? etag : (head.header('last-modified') ?? null);
}

/**
 * An archive on a web server that sends parts of files. Each part is compared with the first one's tag and length, so
 * an archive that is replaced meanwhile is never mixed with the one before.
 *
 * @throws Failure `bad_address` where the server does not send parts; those of the network
 */
export async function openWebArchive(archive: WebArchive, signal: AbortSignal): Promise<Place> {
  const { client, url, asked } = archive;
  const said: { bytes: number; tag: string | null }[] = [];

  async function ask(start: number, end: number, stop: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const first = said[0];
    let got = 0;
    await client.request(
      {
        url,
        headers: {
          range: `bytes=${start}-${end - 1}`,
          ...(first?.tag && { 'if-range': first.tag }),
        },
        credentials: archive.credentials,
        budget: archive.budget,
        signal: stop,
        time: { leftMs: client.deadlines.fetchMs },
      },
      (head) => {
        if (head.status === 200) throw first === undefined ? noParts() : changed();
        if (head.status === 416) throw first === undefined ? empty() : changed();
        if (head.status !== 206) throw statusFailure(head, asked);
        refuseEncoded(head);
        const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(head.header('content-range') ?? '');
        if (range === null || Number(range[1]) !== start || Number(range[2]) !== end - 1) throw noParts();
        const now = { bytes: Number(range[3]), tag: tagOf(head) };
        if (first !== undefined && (now.bytes !== first.bytes || now.tag !== first.tag)) throw changed();
        if (first === undefined) said.push(now);
        return {
          write(chunk) {
            got += chunk.length;
            if (got > end - start)
              throw new Failure('bad_response', 'The server sent more than was asked for.');
            chunks.push(chunk);
          },
        };
      },
    );
    if (got !== end - start) throw new Failure('short_read', 'The server sent less than was asked for.');
    return Buffer.concat(chunks);
  }

  await ask(0, 1, signal);
  const [first] = said;
  if (first === undefined) throw noParts();
  return {
    bytes: first.bytes,
    version: `${first.bytes}@${first.tag ?? ''}`,
    async *read(start, end, stop) {
      for (let at = start; at < end; at += PIECE) yield await ask(at, Math.min(end, at + PIECE), stop);
    },
    close: async () => {},
  };
}

const empty = () => new Failure('not_an_archive', 'The file has no bytes.');
