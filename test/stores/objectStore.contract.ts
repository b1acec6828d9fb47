import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';
import { Failure } from '../../domain/failures.ts';
import { assetPrefix, incomingKey, originalKey, renditionKey } from '../../stores/objects/keys.ts';
import type { ObjectStore } from '../../stores/objects/objectStore.ts';

/** What every object store must do; called once for each. */
export function objectStoreContract(
  name: string,
  open: () => Promise<{ store: ObjectStore; scratch: string; close(): Promise<void> }>,
): void {
  describe(`object store contract: ${name}`, () => {
    let store: ObjectStore;
    let scratch: string;
    let close: () => Promise<void>;
    const tenant = randomUUID();
    const key = (): string => originalKey(tenant, randomUUID());

    async function file(bytes: Uint8Array): Promise<string> {
      const at = path.join(scratch, randomUUID());
      await writeFile(at, bytes);
      return at;
    }

    before(async () => {
      ({ store, scratch, close } = await open());
    });
    after(() => close());

    it('keeps the bytes, their number and their hash', async () => {
      const bytes = randomBytes(300_001);
      const at = key();
      const put = await store.putFile(at, await file(bytes), 'image/jpeg');
      assert.equal(put.bytes, bytes.length);
      const head = await store.head(at);
      assert.deepEqual([head?.key, head?.bytes], [at, bytes.length]);
      assert.ok(Math.abs((head?.modifiedAt.getTime() ?? 0) - Date.now()) < 60_000);
      assert.equal(await store.hash(at), createHash('sha256').update(bytes).digest('hex'));
      assert.deepEqual(await buffer(await store.read(at)), bytes);
    });

    it('takes the file over', async () => {
      const from = await file(randomBytes(10));
      await store.putFile(key(), from, 'image/jpeg');
      await assert.rejects(
        import('node:fs/promises').then((fs) => fs.stat(from)),
        { code: 'ENOENT' },
      );
    });

    it('keeps an empty object', async () => {
      const at = key();
      await store.putFile(at, await file(new Uint8Array()), 'image/jpeg');
      assert.equal((await store.head(at))?.bytes, 0);
      assert.equal((await buffer(await store.read(at))).length, 0);
    });

    it('reads ranges, ends included', async () => {
      const bytes = randomBytes(1_000);
      const at = key();
      await store.putFile(at, await file(bytes), 'image/jpeg');
      assert.deepEqual(await buffer(await store.read(at, { start: 10, end: 19 })), bytes.subarray(10, 20));
      assert.deepEqual(await buffer(await store.read(at, { start: 0, end: 0 })), bytes.subarray(0, 1));
      assert.deepEqual(await buffer(await store.read(at, { start: 990, end: 999 })), bytes.subarray(990));
    });

    it('replaces whole: a reader sees the old object or the new one', async () => {
      const at = key();
      const [old, fresh] = [Buffer.alloc(500_000, 1), Buffer.alloc(400_000, 2)];
      await store.putFile(at, await file(old), 'image/jpeg');
      const reading = Array.from({ length: 20 }, async () => buffer(await store.read(at)));
      await store.putFile(at, await file(fresh), 'image/jpeg');
      for (const seen of await Promise.all(reading)) assert.ok(seen.equals(old) || seen.equals(fresh));
      assert.deepEqual(await buffer(await store.read(at)), fresh);
    });

    it('lists by prefix, in any order, nothing else', async () => {
      const uid = randomUUID();
      const keys = [
        originalKey(tenant, uid),
        renditionKey(tenant, uid, { preset: 'thumb', version: 1, extension: 'jpg' }),
        renditionKey(tenant, uid, { preset: 'card', version: 12, extension: 'webp' }),
      ];
      for (const each of [...keys, key()])
        await store.putFile(each, await file(randomBytes(5)), 'image/jpeg');
      const found = [];
      for await (const object of store.list(assetPrefix(tenant, uid))) found.push(object.key);
      assert.deepEqual(found.sort(), keys.sort());
      for await (const object of store.list(assetPrefix(tenant, randomUUID()))) assert.fail(object.key);
      let all = 0;
      for await (const object of store.list('')) all += object.bytes >= 0 ? 1 : 0;
      assert.ok(all >= 4);
    });

    it('deletes, and again', async () => {
      const at = key();
      await store.putFile(at, await file(randomBytes(5)), 'image/jpeg');
      await store.delete(at);
      await store.delete(at);
      assert.equal(await store.head(at), null);
    });

    it('says object_missing where a key must exist', async () => {
      const missing = (error: unknown): boolean =>
        error instanceof Failure && error.type === 'object_missing';
      await assert.rejects(store.read(key()), missing);
      await assert.rejects(store.hash(key()), missing);
      await assert.rejects(store.localFile(key()), missing);
      assert.equal(await store.head(key()), null);
    });

    it('gives a file to programs that need one', async () => {
      const bytes = randomBytes(1_000);
      const at = key();
      await store.putFile(at, await file(bytes), 'image/jpeg');
      const local = await store.localFile(at);
      const fs = await import('node:fs/promises');
      assert.deepEqual(await fs.readFile(local.path), bytes);
      await local.release();
      assert.equal((await store.head(at))?.bytes, 1_000, 'releasing leaves the object alone');
    });

    it('takes 50 puts of one key at once', async () => {
      const at = key();
      const bytes = randomBytes(10_000);
      await Promise.all(
        Array.from({ length: 50 }, async () => store.putFile(at, await file(bytes), 'image/jpeg')),
      );
      assert.deepEqual(await buffer(await store.read(at)), bytes);
    });

    it('refuses keys that are not built from ids', async () => {
      for (const bad of [
        '../x',
        `${tenant}/../../etc/passwd`,
        '/etc/passwd',
        `${tenant}/${randomUUID()}/x.exe`,
        '',
      ]) {
        await assert.rejects(
          async () => store.putFile(bad, await file(randomBytes(1)), 'image/jpeg'),
          TypeError,
        );
        await assert.rejects(async () => store.head(bad), TypeError);
      }
    });

    it('refuses such keys everywhere', async () => {
      const hostile = [
        `${tenant}/../${tenant}/original`,
        `${tenant}/${randomUUID()}/original/../original`,
        `${tenant}/${randomUUID()}/original\0`,
        `${tenant}/${randomUUID()}/original?acl`,
        `${tenant.toUpperCase()}X/${randomUUID()}/original`,
        `incoming/../${tenant}/${randomUUID()}`,
        `.probe/${randomUUID()}`,
      ];
      for (const bad of hostile) {
        await assert.rejects(async () => store.head(bad), TypeError, bad);
        await assert.rejects(async () => store.read(bad), TypeError, bad);
        await assert.rejects(async () => store.hash(bad), TypeError, bad);
        await assert.rejects(async () => store.localFile(bad), TypeError, bad);
        await assert.rejects(async () => store.delete(bad), TypeError, bad);
      }
      assert.throws(() => store.list('../'), TypeError);
    });

    it('keeps what a client was let in for apart from the library', async () => {
      const at = incomingKey(tenant, randomUUID());
      await store.putFile(at, await file(randomBytes(7)), 'image/png');
      assert.equal((await store.head(at))?.bytes, 7);
      await store.delete(at);
      assert.equal(await store.head(at), null);
    });

    it('overwrites with a shorter and a longer object', async () => {
      const at = key();
      for (const size of [5_000, 10, 70_000]) {
        const bytes = randomBytes(size);
        assert.equal((await store.putFile(at, await file(bytes), 'image/jpeg')).bytes, size);
        assert.deepEqual(await buffer(await store.read(at)), bytes);
        assert.equal(await store.hash(at), createHash('sha256').update(bytes).digest('hex'));
      }
    });

    it('reads a range to the end when it reaches beyond it', async () => {
      const bytes = randomBytes(100);
      const at = key();
      await store.putFile(at, await file(bytes), 'image/jpeg');
      assert.deepEqual(await buffer(await store.read(at, { start: 90, end: 5_000 })), bytes.subarray(90));
    });

    it('lets go of an object that is not read to its end', async () => {
      const at = key();
      await store.putFile(at, await file(randomBytes(3_000_000)), 'image/jpeg');
      for (let times = 0; times < 60; times += 1) {
        for await (const chunk of await store.read(at)) {
          assert.ok(chunk.length > 0);
          break;
        }
      }
      assert.equal((await store.head(at))?.bytes, 3_000_000);
    });

    it('lists more than a thousand objects, each once', async () => {
      const few = randomUUID();
      const made = new Set<string>();
      const limit = pLimit(16);
      await Promise.all(
        Array.from({ length: 1_100 }, () =>
          limit(async () => {
            const at = originalKey(few, randomUUID());
            made.add(at);
            await store.putFile(at, await file(Buffer.from('x')), 'image/jpeg');
          }),
        ),
      );
      const found: string[] = [];
      for await (const object of store.list(`${few}/`)) found.push(object.key);
      assert.equal(found.length, 1_100);
      assert.deepEqual(new Set(found), made);
    });

    it('keeps a file of more than 64 MiB', async () => {
      const bytes = randomBytes(70 * 2 ** 20 + 3);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const at = key();
      assert.equal((await store.putFile(at, await file(bytes), 'image/tiff')).bytes, bytes.length);
      assert.equal((await store.head(at))?.bytes, bytes.length);
      assert.equal(await store.hash(at), sha256);
      const edge = 16 * 2 ** 20;
      const around = await buffer(await store.read(at, { start: edge - 5, end: edge + 5 }));
      assert.deepEqual(around, bytes.subarray(edge - 5, edge + 6));
    });

    it('takes two large files under one key at once, and has one of them', async () => {
      const at = key();
      const both = [1, 2].map((fill) => Buffer.alloc(65 * 2 ** 20, fill));
      await Promise.all(both.map(async (bytes) => store.putFile(at, await file(bytes), 'image/tiff')));
      const kept = await store.hash(at);
      assert.ok(both.some((bytes) => createHash('sha256').update(bytes).digest('hex') === kept));
    });

    it('can say that it is well', () => store.check());
  });
}
