import { Failure } from '../../../domain/failures.ts';
import type { Contents } from '../../listing/walk.ts';
import type { HttpClient } from '../../reach/client.ts';
import { refuseEncoded } from '../../reach/response.ts';
import type { RequestBudget } from '../../source.ts';
import { createMultistatusReader, type WebdavEntry } from './multistatus.ts';
import type { WebdavPlace } from './places.ts';
import { listingRefusal } from './statuses.ts';

/** Sent along to public links, which some installations show to no request without it. */
export const SHARE_HEADERS = { 'x-requested-with': 'XMLHttpRequest' };

const QUESTION =
  '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns"><d:prop>' +
  '<d:resourcetype/><d:getetag/><d:getcontentlength/><d:getlastmodified/>';
const END = '</d:prop></d:propfind>';

export interface ReadCollection {
  client: HttpClient;
  budget: RequestBudget;
  /** Ends with `/`. */
  url: URL;
  credentials: WebdavPlace['credentials'];
  shared: boolean;
  signal: AbortSignal;
}

/**
 * What is directly in one collection: never more than one level, which servers rightly refuse. A redirect may lead to
 * the same path of the same host only, so a tree never leads out of itself.
 * @throws Failure
 */
export async function readCollection(asked: ReadCollection): Promise<Contents<WebdavEntry>> {
  const { client, budget, url, credentials, shared, signal } = asked;
  const read: { reader: ReturnType<typeof createMultistatusReader> | null } = { reader: null };
  // Only these two know it, and others list it as unknown for every file.
  const cloud = /\/(remote|public)\.php\//.test(url.pathname);
  await client.request(
    {
      url,
      method: 'PROPFIND',
      headers: {
        depth: '1',
        accept: 'application/xml, text/xml',
        'content-type': 'application/xml; charset=utf-8',
        ...(shared && SHARE_HEADERS),
      },
      body: `${QUESTION}${cloud ? '<oc:checksums/>' : ''}${END}`,
      credentials,
      budget,
      signal,
      time: { leftMs: client.deadlines.listMs },
      mayRedirect: (to) => to.hostname === url.hostname && to.pathname === url.pathname && to.search === '',
    },
    (head) => {
      if (head.status !== 207) throw listingRefusal(head, shared);
      refuseEncoded(head);
      read.reader = createMultistatusReader(url);
      return read.reader;
    },
  );
  if (read.reader === null) throw new Failure('bad_response', 'The source gave no answer.');
  return read.reader.end();
}
