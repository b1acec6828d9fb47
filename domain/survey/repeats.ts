import type { Box } from '../detection.ts';

/** A box in a picture of one camera. */
export interface SeenBox {
  image: number;
  at: Date | null;
  label: string;
  score: number;
  box: Box;
}

export interface RepeatRule {
  /** Boxes that overlap by at least this share (intersection over union) are in the same spot. */
  iou: number;
  /** So many pictures make a spot suspicious. */
  images: number;
  /** Share of the picture above which a box is left alone: a large animal close up fills it from edge to edge. */
  maxArea: number;
}

export const REPEATS: RepeatRule = { iou: 0.9, images: 15, maxArea: 0.2 };

/** The same box in many pictures of one camera: a branch or a rock, most likely. */
export interface Repeat {
  label: string;
  /** The mean of its boxes. */
  box: Box;
  /** Different pictures. */
  images: number;
  boxes: number;
  maxScore: number;
  first: Date | null;
  last: Date | null;
}

interface Cluster {
  label: string;
  /** The first box; all others are compared with it, so that a spot cannot wander. */
  origin: Box;
  sum: [number, number, number, number];
  images: Set<number>;
  boxes: number;
  maxScore: number;
  first: Date | null;
  last: Date | null;
}

/** Intersection over union, 0 to 1. */
export function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const width = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const height = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / (aw * ah + bw * bh - common);
}

/**
 * Finds the spots of one camera in which boxes repeat, as its boxes come. They are compared with the spots near them
 * only, so time grows with the number of boxes; memory with the number of spots and their pictures.
 */
export function createRepeatFinder(rule: RepeatRule = REPEATS) {
  // Boxes that overlap so far have centres no further apart than this.
  const cell = Math.max(1 - rule.iou, 0.02);
  const grid = new Map<string, Cluster[]>();
  const clusters: Cluster[] = [];
  return {
    add(seen: SeenBox): void {
      const [x, y, width, height] = seen.box;
      if (width * height > rule.maxArea || width <= 0 || height <= 0) return;
      const column = Math.floor((x + width / 2) / cell);
      const row = Math.floor((y + height / 2) / cell);
      const near = nearest(grid, column, row, seen, rule.iou);
      if (near !== null) {
        note(near, seen);
        return;
      }
      const cluster: Cluster = {
        ...{ label: seen.label, origin: seen.box, sum: [0, 0, 0, 0], images: new Set(), boxes: 0 },
        ...{ maxScore: 0, first: null, last: null },
      };
      note(cluster, seen);
      clusters.push(cluster);
      const key = `${column}:${row}`;
      grid.set(key, [...(grid.get(key) ?? []), cluster]);
    },
    /** Those in the most pictures first. */
    found(): Repeat[] {
      return clusters
        .filter(({ images }) => images.size >= rule.images)
        .map(({ label, sum: [x, y, width, height], images, boxes: count, maxScore, first, last }) => ({
          ...{ label, box: [x / count, y / count, width / count, height / count] as const },
          ...{ images: images.size, boxes: count, maxScore, first, last },
        }))
        .sort((one, other) => other.images - one.images);
    },
  };
}

function nearest(
  grid: ReadonlyMap<string, readonly Cluster[]>,
  column: number,
  row: number,
  { label, box }: SeenBox,
  least: number,
): Cluster | null {
  let best: Cluster | null = null;
  let most = least;
  for (let x = column - 1; x <= column + 1; x++) {
    for (let y = row - 1; y <= row + 1; y++) {
      for (const cluster of grid.get(`${x}:${y}`) ?? []) {
        const share = cluster.label === label ? overlap(cluster.origin, box) : 0;
        if (share >= most && (best === null || share > most)) [best, most] = [cluster, share];
      }
    }
  }
  return best;
}

function note(cluster: Cluster, { image, at, score, box }: SeenBox): void {
  box.forEach((side, i) => {
    cluster.sum[i] = (cluster.sum[i] ?? 0) + side;
  });
  cluster.images.add(image);
  cluster.boxes += 1;
  cluster.maxScore = Math.max(cluster.maxScore, score);
  if (at === null) return;
  if (cluster.first === null || at < cluster.first) cluster.first = at;
  if (cluster.last === null || at > cluster.last) cluster.last = at;
}
