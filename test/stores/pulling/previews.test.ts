import assert from 'node:assert/strict';
import { saveCredentials } from '../../../stores/credentials/credentials.ts';
import { createSealer } from '../../../stores/credentials/sealer.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { createPreview, sweepPreviews } from '../../../stores/pulling/previews.ts';
import {
  createPullSource,
  deletePullSource,
  type PullSourceInput,
} from '../../../stores/pulling/pullSources.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { createTestDatabase, type TestDatabase } from '../../hosting/stack.ts';

describe('looks at places that nobody waits for any more', () => {
  let database: TestDatabase;
  let db: Database;
  let tenantId: string;
  const sealer = createSealer('a key of tests, long enough to be one');

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 3, deadlineMs: 20_000, applicationName: 'test' });
    tenantId = (await db.run((sql) => ensureTenant(sql, 'looking'))).id;
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const input = (address: string, credentialId: string): PullSourceInput => ({
    ...{ name: address, kind: 'http-directory', baseUrl: address, address, settings: {}, options: {} },
    ...{ userId: null, locationId: null, authType: 'other', authUsername: null, authHeader: null },
    ...{ credentialId, isActive: false, schedule: { everySeconds: 86_400 }, timezone: null },
    ...{ maxFilesPerRun: null, settleSeconds: 0, requestsPerSecond: null },
  });

  /** @param hours since then */
  async function place(
    make: typeof createPreview,
    address: string,
    hours: number,
  ): Promise<{ id: string; credentialId: string }> {
    return db.tx(async (tx) => {
      const kind = 'http-directory';
      const credentialId = await saveCredentials(tx, sealer, { tenantId, kind, value: { address } });
      const id = await make(tx, tenantId, input(address, credentialId));
      await tx`
        update pull_sources set created_at = created_at - ${hours} * interval '1 hour',
          deleted_at = deleted_at - ${hours} * interval '1 hour' where id = ${id}`;
      return { id, credentialId };
    });
  }

  it('go with their credentials; those under way stay, and so does what somebody deleted', async () => {
    const forgotten = await place(createPreview, 'http://one.example/', 2);
    const now = await place(createPreview, 'http://two.example/', 0);
    const deleted = await place(createPullSource, 'http://three.example/', 2);
    await db.tx((tx) => deletePullSource(tx, deleted.id));
    await sweepPreviews(db);
    const sources = await db.run((sql) => sql<{ id: string }[]>`select id from pull_sources`);
    assert.deepEqual(sources.map(({ id }) => id).sort(), [now.id, deleted.id].sort());
    const sealed = await db.run((sql) => sql<{ id: string }[]>`select id from credentials`);
    assert.deepEqual(
      sealed.map(({ id }) => id),
      [now.credentialId],
    );
    assert.notEqual(forgotten.id, now.id);
  });
});
