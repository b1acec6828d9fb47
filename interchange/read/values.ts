import type { Box } from '../../domain/detection.ts';

/** What a reader could not take, for people; everything else goes on. */
export interface ReadProblem {
  kind: 'problem';
  /** `images[12]`, or the file's name where that is known. */
  where: string;
  detail: string;
}

/** Rounding of other programs puts boxes over the edge by this much. */
const SLACK = 0.01;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** Ids are numbers to some programs and texts to others. */
export function idOf(value: unknown): string | null {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textOf(value);
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** 0 to 1. */
export function shareOf(value: unknown): number | null {
  const number = numberOf(value);
  return number === null || number < 0 || number > 1 ? null : number;
}

export function fourNumbers(value: unknown): Box | null {
  if (!Array.isArray(value) || value.length !== 4) return null;
  const [x, y, width, height] = value.map(numberOf);
  if (x == null || y == null || width == null || height == null) return null;
  return [x, y, width, height];
}

/** A box within the picture, cut at its edges. `null`: it is not one. */
export function boxWithin(sides: Box): Box | null {
  const [x, y, width, height] = sides;
  if (x < -SLACK || y < -SLACK || x + width > 1 + SLACK || y + height > 1 + SLACK) return null;
  const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
  const box = [left, top, Math.min(x + width, 1) - left, Math.min(y + height, 1) - top] as const;
  return box[2] > 0 && box[3] > 0 ? box : null;
}

/** Forward slashes, whatever system wrote it. */
export function pathOf(value: unknown): string | null {
  return textOf(value)?.replaceAll('\\', '/') ?? null;
}
