import type { Annotations } from '../api/types.ts';

/** Left, top, width and height, as shares of the picture. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export interface ShownBox {
  key: string;
  origin: 'human' | 'machine';
  label: string;
  /** What a classifier says it is; `null` where none looked. */
  kind: string | null;
  /** `null`: a person marked what no model saw. */
  confidence: number | null;
  box: Box;
  detectionId: number | null;
  annotationId: number | null;
  author: string | null;
}

const boxOf = ([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box => [x, y, width, height];

/**
 * What is to be drawn: what people say, and boxes of the model that nobody judged.
 * @param atLeast score of boxes of the model; `null`: what is set for their labels
 */
export function boxesOf(annotations: Annotations, atLeast: number | null): ShownBox[] {
  const { human, machine, nothing_here: nothing } = annotations;
  const said = human.filter(({ state }) => state !== 'rejected' && state !== 'deleted');
  const seen = machine.filter(
    (one) =>
      !nothing &&
      one.annotation_id === null &&
      !one.suppressed &&
      one.confidence >= (atLeast ?? one.threshold),
  );
  return [
    ...said.map((one) => ({
      key: `human ${one.annotation_id}`,
      origin: 'human' as const,
      label: one.label,
      kind: null,
      confidence: one.confidence,
      box: boxOf(one.bbox),
      detectionId: machine.find((each) => each.annotation_id === one.annotation_id)?.detection_id ?? null,
      annotationId: one.annotation_id,
      author: one.author,
    })),
    ...seen.map((one) => ({
      key: `machine ${one.detection_id}`,
      origin: 'machine' as const,
      label: one.label,
      kind: one.prediction?.common_name ?? one.prediction?.scientific_name ?? null,
      confidence: one.confidence,
      box: boxOf(one.bbox),
      detectionId: one.detection_id,
      annotationId: null,
      author: null,
    })),
  ];
}

/** Smallest side of a box, as a share of the picture. */
const LEAST = 0.005;
const bounded = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
/** As exact as the API keeps them, so that nothing reaches over the edge by rounding. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

/** A box moved, inside of the picture. */
export function moved([x, y, width, height]: Box, dx: number, dy: number): Box {
  return [
    rounded(bounded(x + dx, 0, 1 - width)),
    rounded(bounded(y + dy, 0, 1 - height)),
    rounded(width),
    rounded(height),
  ];
}

/** A box with its right and bottom edges moved. */
export function resized([x, y, width, height]: Box, dx: number, dy: number): Box {
  return [
    rounded(x),
    rounded(y),
    rounded(bounded(width + dx, LEAST, 1 - x)),
    rounded(bounded(height + dy, LEAST, 1 - y)),
  ];
}

/** The box between two corners, wherever they are; `null` when that is none. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }): Box | null {
  const [left, right] = [bounded(Math.min(a.x, b.x), 0, 1), bounded(Math.max(a.x, b.x), 0, 1)];
  const [top, bottom] = [bounded(Math.min(a.y, b.y), 0, 1), bounded(Math.max(a.y, b.y), 0, 1)];
  if (right - left < LEAST || bottom - top < LEAST) return null;
  return [rounded(left), rounded(top), rounded(right - left), rounded(bottom - top)];
}
