import type { ObjectInfo } from '../objectStore.ts';
import { persist } from './patience.ts';
import type { Wire } from './wire.ts';
import { readXml } from './xml.ts';

/** Keys that are spelled as `encoding-type=url` wants: some services write `+` for a blank. */
const decoded = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/** All objects below `prefix`, a page of a thousand at a time. @param own the part of the prefix that is taken off the keys */
export async function* listObjects(wire: Wire, own: string, prefix: string): AsyncGenerator<ObjectInfo> {
  for (let token: string | null = null; ; ) {
    const query: Record<string, string> = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': '1000',
      prefix: own + prefix,
      ...(token === null ? {} : { 'continuation-token': token }),
    };
    const { text } = await persist(
      () => wire.ask({ method: 'GET', key: null, query, right: [200] }),
      wire.patienceFor(0),
    );
    const { root, fields, rows } = readXml(text, 'Contents');
    if (root !== 'ListBucketResult') throw new Error('The object store sent something else than a listing.');
    for (const row of rows) {
      const key = decoded(row.get('Key') ?? '');
      // What other tools make for "directories" are no objects of ours.
      if (!key.startsWith(own + prefix) || key.endsWith('/')) continue;
      yield {
        key: key.slice(own.length),
        bytes: Number(row.get('Size')),
        modifiedAt: new Date(row.get('LastModified') ?? ''),
      };
    }
    const next = fields.get('NextContinuationToken') ?? '';
    if (fields.get('IsTruncated') !== 'true') return;
    // An audit must not take half of a listing for all of it.
    if (next === '' || next === token) throw new Error('The listing of the object store does not go on.');
    token = next;
  }
}
