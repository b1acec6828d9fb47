import type { Database } from '../postgres/database.ts';
import { regroup, stretchesOf } from './regroup.ts';

/** Does something that may move the times or cameras of images, and brings the sequences where they were and are up to date. */
export async function regroupAround<T>(
  db: Database,
  assetIds: readonly number[],
  work: () => Promise<T>,
): Promise<T> {
  const before = await db.run((sql) => stretchesOf(sql, assetIds));
  const done = await work();
  const after = await db.run((sql) => stretchesOf(sql, assetIds));
  const moved = JSON.stringify(before) !== JSON.stringify(after);
  if (moved) await regroup(db, [...before, ...after]);
  return done;
}
