import type { ObjectStore } from '../objects/objectStore.ts';
import { inSpan, type NewSpan } from './span.ts';

/** The same store, each call of which is a part of the span that it is made in. Keys are ids, so they may be told. */
export function tracedObjects(store: ObjectStore): ObjectStore {
  const call = (what: string, key: string): NewSpan => ({
    name: `objects ${what}`,
    kind: 'client',
    attributes: { 'object.key': key },
  });
  return {
    ...store,
    putFile: (key, file, type) => inSpan(call('put', key), () => store.putFile(key, file, type)),
    head: (key) => inSpan(call('head', key), () => store.head(key)),
    hash: (key) => inSpan(call('hash', key), () => store.hash(key)),
    read: (key, range) => inSpan(call('read', key), () => store.read(key, range)),
    localFile: (key) => inSpan(call('read', key), () => store.localFile(key)),
    delete: (key) => inSpan(call('delete', key), () => store.delete(key)),
  };
}
