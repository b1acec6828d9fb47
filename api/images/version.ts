import { type HumanBox, humanBoxes } from '../../stores/detection/boxes.ts';
import { type AssetRow, findAsset } from '../../stores/library.ts';
import { lockRow } from '../../stores/lockRow.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { checkVersion, type Expected, versionOf } from '../http/versions.ts';

/** Of what people have said of an image; what models see in it, and what is made of it, come and go by themselves. */
export const imageVersion = (asset: AssetRow, human: readonly HumanBox[]): string =>
  versionOf({
    trashed: asset.state === 'trashed',
    focal: asset.focalPoint,
    nothing: asset.nothingHere,
    said: human.map(({ id, state, label, box, updatedAt }) => ({ id, state, label, box, updatedAt })),
  });

/** @returns `null`: there is no such image */
export async function readImageVersion(sql: Sql, id: number): Promise<string | null> {
  const asset = await findAsset(sql, id);
  return asset === null ? null : imageVersion(asset, await humanBoxes(sql, [id]));
}

/** Holds an image that is about to be changed. @throws Problem 412 when it is no longer as expected */
export async function checkImage(tx: Sql, id: number, expected: Expected): Promise<void> {
  if (expected === null) return;
  await lockRow(tx, 'assets', id);
  const version = await readImageVersion(tx, id);
  if (version !== null) checkVersion(expected, version);
}
