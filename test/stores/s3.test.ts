import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createS3Store } from '../../stores/objects/s3.ts';
import { type Bucket, needsVersitygw, startBucket } from '../hosting/bucket.ts';
import { objectStoreContract } from './objectStore.contract.ts';

describe('the S3 store', () => {
  let bucket: Bucket;
  before(async function () {
    await needsVersitygw(this);
    bucket = await startBucket();
  });
  after(() => bucket?.stop());

  for (const prefix of ['', 'some/place/']) {
    objectStoreContract(`S3${prefix === '' ? '' : ' below a prefix'}`, async () => {
      const scratch = await mkdtemp(path.join(tmpdir(), 'scratch-'));
      return {
        store: await createS3Store({ ...bucket.settings, prefix, scratchDir: scratch }),
        scratch,
        close: () => rm(scratch, { recursive: true }),
      };
    });
  }
});
