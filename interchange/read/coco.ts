import type { Box } from '../../domain/detection.ts';
import { Failure } from '../../domain/failures.ts';
import { jsonParts } from './jsonParts.ts';
import type { OpenFile } from './megadetector.ts';
import {
  fourNumbers,
  idOf,
  isObject,
  numberOf,
  pathOf,
  type ReadProblem,
  shareOf,
  textOf,
} from './values.ts';

export interface CocoCategory {
  kind: 'category';
  id: string;
  name: string;
}

export interface CocoImage {
  kind: 'image';
  id: string;
  file: string;
  width: number | null;
  height: number | null;
}

export interface CocoAnnotation {
  kind: 'annotation';
  id: string;
  imageId: string;
  categoryId: string;
  /** In pixels, or as shares of the picture. `null`: the picture as a whole. */
  box: { in: 'pixels' | 'shares'; sides: Box } | null;
  /** Results of detectors have one. */
  score: number | null;
}

export type CocoPart = CocoCategory | CocoImage | CocoAnnotation | ReadProblem;

const LISTS = new Set(['images', 'annotations', 'categories']);

/**
 * The categories, pictures and annotations of a COCO or COCO Camera Traps file, in its order, which may be any.
 * @throws Failure `bad_dataset`, at the end where a list is missing
 */
export async function* readCoco(open: OpenFile): AsyncGenerator<CocoPart> {
  const missing = new Set(LISTS);
  for await (const part of jsonParts(open(), LISTS)) {
    if (part.index === undefined) {
      if (Array.isArray(part.value)) missing.delete(part.key);
      continue;
    }
    const where = `${part.key}[${part.index}]`;
    if (part.broken) yield { kind: 'problem', where, detail: 'It is not valid JSON.' };
    else yield partOf(part.key, part.value, where);
  }
  if (missing.size > 0) {
    const lists = [...missing].map((name) => `"${name}"`).join(', ');
    throw new Failure('bad_dataset', `The file is not COCO Camera Traps: it has no list ${lists}.`);
  }
}

function partOf(list: string, value: unknown, where: string): CocoPart {
  const problem = (detail: string): ReadProblem => ({ kind: 'problem', where, detail });
  if (!isObject(value)) return problem('It is not an object.');
  const id = idOf(value['id']);
  if (id === null) return problem('It has no "id".');
  if (list === 'categories') {
    const name = textOf(value['name']);
    return name === null ? problem('It has no "name".') : { kind: 'category', id, name };
  }
  if (list === 'images') {
    const file = pathOf(value['file_name']);
    if (file === null) return problem('It has no "file_name".');
    return { kind: 'image', id, file, width: sizeOf(value['width']), height: sizeOf(value['height']) };
  }
  const [imageId, categoryId] = [idOf(value['image_id']), idOf(value['category_id'])];
  if (imageId === null || categoryId === null) return problem('It has no "image_id" or no "category_id".');
  const box = boxOf(value);
  if (box === 'wrong') return problem('Its box is not left, top, width and height.');
  return { kind: 'annotation', id, imageId, categoryId, box, score: shareOf(value['score']) };
}

function boxOf(value: Record<string, unknown>): CocoAnnotation['box'] | 'wrong' {
  const relative = value['bbox_relative'];
  const given = relative ?? value['bbox'];
  if (given === undefined || given === null) return null;
  const sides = fourNumbers(given);
  return sides === null ? 'wrong' : { in: relative == null ? 'pixels' : 'shares', sides };
}

function sizeOf(value: unknown): number | null {
  const size = numberOf(value);
  return size !== null && size > 0 ? size : null;
}
