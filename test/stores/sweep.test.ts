import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { claimAsset } from '../../stores/assets.ts';
import { createDiskStore } from '../../stores/objects/disk.ts';
import { originalKey } from '../../stores/objects/keys.ts';
import { createDatabase } from '../../stores/postgres/database.ts';
import { migrate } from '../../stores/postgres/migrate.ts';
import { sweep } from '../../stores/sweep.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { createTestDatabase } from '../hosting/stack.ts';
import { digestsOf } from './digestsOf.ts';

describe('the sweep', () => {
  it('removes what was abandoned long ago and leaves what is under way', async function () {
    this.timeout(180_000);
    const database = await createTestDatabase(migrate);
    const db = createDatabase({ url: database.url, pool: 2, deadlineMs: 10_000, applicationName: 'test' });
    const root = await mkdtemp(path.join(tmpdir(), 'sweep-'));
    try {
      const objects = await createDiskStore(path.join(root, 'objects'));
      const scratch = path.join(root, 'tmp');
      await mkdir(path.join(scratch, 'fetch-old'), { recursive: true });
      await writeFile(path.join(scratch, 'upload-new'), 'x');
      await utimes(path.join(scratch, 'fetch-old'), 0, 0);
      const { id: tenantId } = await db.run((sql) => ensureTenant(sql, 'sweep'));
      const claims = [];
      for (const content of ['old', 'new']) {
        const claimed = await db.run((sql) =>
          claimAsset(sql, {
            tenantId,
            ...digestsOf(content),
            bytes: 3,
            name: content,
            mediaType: 'image/jpeg',
            sourceKind: 'upload',
            modifiedAt: null,
            claim: randomUUID(),
          }),
        );
        const file = path.join(root, content);
        await writeFile(file, content);
        await objects.putFile(originalKey(tenantId, claimed.uid), file, 'image/jpeg');
        claims.push(claimed);
      }
      const [old, fresh] = claims;
      await db.run(
        (sql) => sql`update assets set updated_at = now() - interval '7 hours' where id = ${old!.assetId}`,
      );
      const limits = { days: 1, bytes: 1_000 };
      assert.deepEqual(await sweep(db, objects, scratch, limits), {
        assets: 1,
        archives: 0,
        scratch: 1,
        uploads: 0,
        parts: 0,
      });
      const left = await db.run((sql) => sql<{ id: number }[]>`select id from assets`);
      assert.deepEqual(
        left.map((row) => row.id),
        [fresh!.assetId],
      );
      assert.equal(await objects.head(originalKey(tenantId, old!.uid)), null);
      assert.notEqual(await objects.head(originalKey(tenantId, fresh!.uid)), null);
      assert.deepEqual(await readdir(scratch), ['upload-new']);
      assert.deepEqual(await sweep(db, objects, scratch, limits), {
        assets: 0,
        archives: 0,
        scratch: 0,
        uploads: 0,
        parts: 0,
      });
    } finally {
      await db.close();
      await database.drop();
      await rm(root, { recursive: true });
    }
  });
});
