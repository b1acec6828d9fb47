import type { HttpClient, HttpRequest } from '../reach/client.ts';
import { announcedLength, lastModified, type ResponseHead } from '../reach/response.ts';
import { statusFailure } from '../reach/status.ts';

/** What is known of a file before it is fetched. */
export interface FileFacts {
  size: number | null;
  sizeExact: boolean;
  modifiedAt: Date | null;
  /** Changes when the file does, as far as can be told from outside. */
  version: string;
}

/** An entity tag without its weakness mark: Apache's tags are weak for the first second of a file's life only. */
export const tagVersion = (etag: string): string => etag.replace(/^W\//, '').slice(0, 200);

/** The version of a file of which size and time are known, or one of them, or neither. */
export const coarseVersion = (size: number | string | null, modifiedAt: Date | null): string =>
  `${size ?? '?'}@${modifiedAt?.toISOString() ?? '?'}`;

function factsOfHead(head: ResponseHead): FileFacts {
  const size = head.header('content-encoding') === undefined ? announcedLength(head) : null;
  const modifiedAt = lastModified(head);
  const etag = head.header('etag');
  const version = etag === undefined ? coarseVersion(size, modifiedAt) : tagVersion(etag);
  return { size, sizeExact: size !== null, modifiedAt, version };
}

export interface AskHead extends Pick<HttpRequest, 'credentials' | 'budget' | 'headers' | 'signal'> {
  client: HttpClient;
}

/** How a server answered that did not show the head. */
export interface Refusal {
  refused: number;
}

/**
 * Asks for the head of one file.
 * @throws Failure when the server cannot answer now: `source_throttled`, `source_error`, those of the network.
 */
export async function askHead(url: URL, { client, ...asking }: AskHead): Promise<FileFacts | Refusal> {
  const time = { leftMs: client.deadlines.listMs };
  let found: FileFacts | Refusal = { refused: 0 };
  await client.request({ ...asking, url, method: 'HEAD', time }, (head) => {
    if (head.status === 200) found = factsOfHead(head);
    else if (head.status === 429 || (head.status >= 500 && head.status !== 501)) {
      throw statusFailure(head, 'file');
    } else found = { refused: head.status };
    return { write: () => {} };
  });
  return found;
}
