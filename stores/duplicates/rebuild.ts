import type { Database } from '../postgres/database.ts';
import { placeAssets } from './place.ts';

/** Assets placed in one transaction; uploads of the tenant wait for one of these at most. */
const BATCH = 200;

/**
 * Forms all groups anew, oldest pictures first. Needed after pictures came into the library by another way than the
 * pipeline, or to form groups around pictures that are still there. Dismissals and merges stay. May be run again after it was
 * interrupted; until it ends, groups are incomplete.
 *
 * @returns how many assets were placed
 */
export async function rebuildDuplicates(
  db: Database,
  onProgress: (assets: number) => void = () => {},
): Promise<number> {
  await db.tx(async (tx) => {
    await tx`delete from duplicate_members`;
    await tx`delete from asset_phashes`;
  });
  let placed = 0;
  for (let after = 0; ; ) {
    const ids = await db.tx(async (tx) => {
      // Before the lock of the groups, as the pipeline takes them.
      const rows = await tx<{ id: number }[]>`
        select id from assets where id > ${after} and state = 'ready' and phash is not null
        order by id limit ${BATCH} for key share`;
      await placeAssets(
        tx,
        rows.map(({ id }) => id),
      );
      return rows.map(({ id }) => id);
    });
    const last = ids.at(-1);
    if (last === undefined) return placed;
    after = last;
    placed += ids.length;
    onProgress(placed);
  }
}
