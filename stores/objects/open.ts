import { Failure } from '../../domain/failures.ts';
import { tracedObjects } from '../tracing/tracedObjects.ts';
import { createDiskStore } from './disk.ts';
import type { ObjectStore } from './objectStore.ts';
import type { S3Settings } from './s3/settings.ts';
import { createS3Store } from './s3.ts';

export interface StorageSettings {
  /** Used when there is no `s3`. */
  objectsDir: string;
  scratchDir: string;
  s3: S3Settings | null;
}

/**
 * The object store that the settings name. A bucket is tried out: settings that cannot work are an error now, while a
 * store that is only away is not, and comes back without a restart.
 * @param warn told of a store that is away
 * @throws Failure `store_misconfigured`
 */
export async function openObjectStore(
  { objectsDir, scratchDir, s3 }: StorageSettings,
  warn: (failure: Failure) => void = () => {},
): Promise<ObjectStore> {
  if (s3 === null) return tracedObjects(await createDiskStore(objectsDir));
  const store = await createS3Store({ ...s3, scratchDir });
  try {
    await store.check();
    await store.tryOut();
  } catch (error) {
    if (!(error instanceof Failure) || error.type === 'store_misconfigured') throw error;
    warn(error);
  }
  return tracedObjects(store);
}
