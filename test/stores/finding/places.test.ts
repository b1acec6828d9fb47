import assert from 'node:assert/strict';
import { asking } from '../../../stores/finding/find.ts';
import { placesOf } from '../../../stores/finding/places.ts';
import { createDatabase, type Database } from '../../../stores/postgres/database.ts';
import { migrate } from '../../../stores/postgres/migrate.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import { createTestDatabase } from '../../hosting/stack.ts';
import { putShots } from '../library.ts';

describe('places of images', function () {
  this.timeout(180_000);
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let db: Database;
  let tenantId: string;

  before(async () => {
    database = await createTestDatabase(migrate);
    db = createDatabase({ url: database.url, pool: 4, deadlineMs: 20_000, applicationName: 'test' });
    ({ id: tenantId } = await db.run((sql) => ensureTenant(sql, 'places')));
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  it('are one where they are near each other, and told apart in a smaller area', async () => {
    const ids = await putShots(db, tenantId, [
      { latitude: 52.5, longitude: 13.4 },
      { latitude: 52.51, longitude: 13.41, camera: 'a' },
      { latitude: -33.9, longitude: 151.2 },
      { latitude: 52.5, longitude: 13.4, state: 'trashed' },
      {},
    ]);
    const places = (more: object = {}) =>
      asking(db, (tx) => placesOf(tx, { tenantId, status: 'ready', ...more }, 30));
    const world = await places();
    assert.deepEqual(
      world.map(({ count, id }) => [count, id]),
      [
        [2, ids[1]],
        [1, ids[2]],
      ],
    );
    assert.deepEqual(
      [world[0]?.west, world[0]?.south, world[0]?.east, world[0]?.north],
      [13.4, 52.5, 13.41, 52.51],
    );
    assert.ok(Math.abs((world[0]?.latitude ?? 0) - 52.505) < 1e-9);
    assert.equal((await places({ bbox: { west: 13, south: 52, east: 14, north: 53 } })).length, 2);
    assert.equal((await places({ camera: 'a' })).length, 1, 'one point has no area');
    assert.equal((await places({ camera: 'nobody' })).length, 0);
  });
});
