import type { z } from 'zod';
import { type KeeperFacts, keeperReason } from '../../domain/likeness.ts';
import type { GroupRow } from '../../stores/duplicates/groups.ts';
import type { MergeRow } from '../../stores/duplicates/merges.ts';
import type { AssetRow } from '../../stores/library.ts';
import type { DuplicateGroup, Merge } from '../schemas/duplicates.ts';
import { presentImage } from './asset.ts';

type Group = z.input<typeof DuplicateGroup>;
type GroupImage = Group['images'][number];

/** In what pictures of a group can differ, and what of them is compared. */
const DIFFERENCES: Readonly<Record<Group['differing'][number], (image: GroupImage) => unknown>> = {
  dimensions: ({ width, height }) => `${width} ${height}`,
  size: ({ size }) => size,
  format: ({ format }) => format,
  captured_at: ({ captured_at }) => captured_at,
  camera: ({ camera }) => `${camera.make} ${camera.model}`,
  location: ({ location }) => `${location?.latitude} ${location?.longitude}`,
  name: ({ name }) => name,
};

function worth(row: AssetRow): KeeperFacts {
  return {
    id: row.id,
    width: row.width ?? 0,
    height: row.height ?? 0,
    bytes: row.bytes,
    hasMetadata: row.latitude !== null || row.cameraModel !== null,
  };
}

/** @returns `null` when fewer than two of its assets are there any more */
export function presentGroup(
  group: GroupRow,
  assets: ReadonlyMap<number, AssetRow>,
  base: string,
): Group | null {
  const rows = group.members.flatMap(({ id, distance }) => {
    const row = assets.get(id);
    return row === undefined ? [] : [{ row, distance }];
  });
  const [best, second] = rows;
  if (best === undefined || second === undefined) return null;
  const images = rows.map(
    ({ row, distance }): GroupImage => ({
      ...presentImage(row, base),
      distance,
      format: row.format,
      captured_at_origin: row.capturedAtOrigin,
      camera: { make: row.cameraMake, model: row.cameraModel },
      location:
        row.latitude === null || row.longitude === null
          ? null
          : { latitude: row.latitude, longitude: row.longitude },
    }),
  );
  return {
    id: group.centre,
    images,
    count: group.count,
    keeper: { id: best.row.id, reason: keeperReason(worth(best.row), worth(second.row)) },
    differing: (Object.keys(DIFFERENCES) as Group['differing']).filter(
      (what) => new Set(images.map(DIFFERENCES[what])).size > 1,
    ),
  };
}

export function presentMerge(row: MergeRow): z.input<typeof Merge> {
  return {
    id: row.id,
    merge_id: row.id,
    keep: row.keep,
    removed: row.removed,
    changes: row.changes.map((change) => ({
      field: change.field,
      from: change.from,
      before: { ...change.before },
      after: { ...change.after },
    })),
    created_at: row.createdAt.toISOString(),
    undone_at: row.undoneAt?.toISOString() ?? null,
  };
}
