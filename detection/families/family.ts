import type { FoundBox } from '../../domain/detector.ts';
import type { Manifest } from '../manifest.ts';
import type { Placement } from '../pixels/placement.ts';
import type { Tensor } from '../pixels/tensor.ts';

/** What a model gave, by the names of its outputs. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** What one kind of model takes beside the picture, and what its numbers mean. */
export interface Family {
  /** Inputs beside the picture, by name. */
  extra?(placement: Placement): Readonly<Record<string, Tensor>>;
  /** What is wrong with outputs that a model of this family and manifest would not give; `null`: nothing. */
  complaint(outputs: Outputs, manifest: Manifest): string | null;
  /** Boxes from `MIN_SCORE` on, the best first; each object once. */
  boxes(outputs: Outputs, placement: Placement, manifest: Manifest): FoundBox[];
}

/** The only output of three dimensions, or the first of them: exports of YOLO may carry others along. */
export function gridOf(outputs: Outputs): Tensor | null {
  return Object.values(outputs).find(({ dims }) => dims.length === 3) ?? null;
}

export const shapeOf = (tensor: Tensor): string => `[${tensor.dims.join(', ')}]`;

/** Scores have three decimals; more of them say nothing. */
export const rounded = (score: number): number => Math.round(score * 1_000) / 1_000;
