import { StringDecoder } from 'node:string_decoder';
import { Failure } from '../../../../domain/failures.ts';
import { LISTING_LIMITS, tooLarge } from '../../../listing/listing.ts';
import { type Asking, ask } from '../ask.ts';
import { driveFailure } from '../faults.ts';
import { type Reference, resourceKeyHeader } from '../ids.ts';
import { pageFailure } from '../pages.ts';
import { createFolderViewReader, type FolderViewEntry } from './folderView.ts';

/** Enough of a page that is no folder's to tell which one it is. */
const HEAD = 128 * 1024;

const notShared = () =>
  new Failure('auth_failed', 'It is not shared with everybody who has the link: Google asks for a sign-in.');

/** Where a sign-in is asked for, there is nothing to see without one. */
const signIn = (error: unknown): unknown =>
  error instanceof Failure && error.type === 'redirect_refused' ? notShared() : error;

/**
 * What a folder holds, as the page for embedding shows it. @throws Failure, or the signal's reason.
 * @param keys of the link and of the folder.
 */
export async function readFolderView(
  asking: Asking,
  pages: URL,
  folder: Reference,
  keys: readonly Reference[],
  signal: AbortSignal,
): Promise<FolderViewEntry[]> {
  const url = new URL(pages);
  url.searchParams.set('id', folder.id);
  if (folder.resourceKey !== null) url.searchParams.set('resourcekey', folder.resourceKey);
  const reader = createFolderViewReader();
  const decoder = new StringDecoder('utf8');
  let bytes = 0;
  let head = '';
  const sink = {
    write(chunk: Buffer) {
      bytes += chunk.length;
      if (bytes > LISTING_LIMITS.bytes) throw tooLarge('is too long');
      const text = decoder.write(chunk);
      if (head.length < HEAD) head += text.slice(0, HEAD - head.length);
      reader.write(text);
    },
  };
  const time = { leftMs: asking.client.deadlines.listMs };
  const question = { url, headers: resourceKeyHeader([...keys, folder]), signal, time };
  let signedOut = false;
  const refusal = await ask(asking, question, ({ status, url: at }) => {
    signedOut = at.pathname.startsWith('/ServiceLogin') || at.hostname === 'accounts.google.com';
    return status === 200 && !signedOut ? sink : null;
  }).catch((error: unknown) => {
    throw signIn(error);
  });
  if (signedOut) throw notShared();
  if (refusal !== null) throw driveFailure(refusal, 'root', 'own_key');
  const entries = reader.end();
  if (entries === null) throw pageFailure(head);
  return entries;
}
