import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import type { Fetched, FetchItem, FetchOptions } from '../../source.ts';
import type { DriveApi } from './api.ts';
import { driveFailure } from './faults.ts';
import { ID, KEY, type Reference } from './ids.ts';
import { meaningOf } from './meanings.ts';
import { receiveFile, type SendForBytes } from './media.ts';

const LOCATOR = z.union([
  z.object({ id: z.string().regex(ID), resourceKey: z.string().regex(KEY).nullable() }),
  z.object({ folder: z.string() }),
]);

/** @throws Failure `internal_error`; `read_denied` when the item is a folder that may not be read. */
export function readLocator(item: FetchItem): Reference {
  const read = LOCATOR.safeParse(item.locator);
  if (!read.success) throw new Failure('internal_error', 'The item has no id.');
  if ('id' in read.data) return read.data;
  throw new Failure(
    'read_denied',
    'The folder is not shared with these credentials, so nothing below it was seen.',
  );
}

/**
 * Fetches the bytes of a listed file.
 * @param acknowledgeAbuse whether somebody wants files that are flagged as harmful. Google listens to accounts only,
 *   and asks not to be told of files that are not flagged; so it is said when the file was refused for it.
 */
export function fetchFile(
  api: DriveApi,
  item: FetchItem,
  options: FetchOptions,
  { acknowledgeAbuse, fetchTimeoutMs }: { acknowledgeAbuse: boolean; fetchTimeoutMs: number },
): Promise<Fetched> {
  const file = readLocator(item);
  const time = { leftMs: fetchTimeoutMs };
  const mayAcknowledge = acknowledgeAbuse && api.by === 'account';
  let acknowledged = false;

  const send: SendForBytes = async (headers, take) => {
    const what = { file, headers, acknowledgeAbuse: acknowledged, time };
    const refusal = await api.download(what, options.signal, take);
    if (refusal === null) return;
    const flagged = meaningOf(refusal.reasons)?.meaning === 'harmful';
    if (flagged && mayAcknowledge && !acknowledged) {
      acknowledged = true;
      await send(headers, take);
      return;
    }
    if (flagged && acknowledged) {
      throw new Failure(
        'read_denied',
        'Google flagged the file as harmful and gives it to nobody but its owner.',
      );
    }
    throw driveFailure(refusal, 'bytes', api.by);
  };
  return receiveFile(item, options, send);
}
