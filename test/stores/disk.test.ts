import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../domain/failures.ts';
import { createDiskStore } from '../../stores/objects/disk.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { objectStoreContract } from './objectStore.contract.ts';

objectStoreContract('disk', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'objects-'));
  const scratch = await mkdtemp(path.join(tmpdir(), 'scratch-'));
  return {
    store: await createDiskStore(root),
    scratch,
    close: async () => {
      await rm(root, { recursive: true });
      await rm(scratch, { recursive: true });
    },
  };
});

describe('the disk store', () => {
  const TENANT = '11111111-1111-4111-8111-111111111111';
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'objects-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('takes files from another file system', async function () {
    const shm = '/dev/shm';
    const other = await stat(shm).then(
      (s) => s.dev,
      () => null,
    );
    if (other === null || other === (await stat(root)).dev) this.skip();
    const from = await mkdtemp(path.join(shm, 'from-'));
    try {
      const store = await createDiskStore(root);
      const file = path.join(from, 'x');
      await writeFile(file, 'hello');
      const key = originalKey(TENANT, TENANT);
      await store.putFile(key, file, 'image/jpeg');
      assert.equal((await store.head(key))?.bytes, 5);
      assert.deepEqual(await readdir(from), []);
      assert.deepEqual(await readdir(path.join(root, '.tmp')), []);
    } finally {
      await rm(from, { recursive: true });
    }
  });

  it('leaves no empty directories behind deleted objects', async () => {
    const store = await createDiskStore(root);
    const file = path.join(root, '.tmp', 'x');
    await writeFile(file, 'hello');
    const key = originalKey(TENANT, TENANT);
    await store.putFile(key, file, 'image/jpeg');
    await store.delete(key);
    assert.ok(!(await readdir(root)).includes(TENANT), 'that of its tenant neither');
  });

  it('reports trouble as a typed failure that may be tried again', async function () {
    if (process.getuid?.() === 0) this.skip();
    const store = await createDiskStore(root);
    await chmod(path.join(root, '.tmp'), 0o500);
    await assert.rejects(store.check(), (error) => error instanceof Failure && error.retryable);
    await chmod(path.join(root, '.tmp'), 0o700);
  });
});
