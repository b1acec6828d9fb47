import { meaningOf } from '../../domain/categories.ts';
import type { Box, Classification, DetectionLabel } from '../../domain/detection.ts';
import { Failure } from '../../domain/failures.ts';
import { jsonParts } from './jsonParts.ts';
import { boxWithin, fourNumbers, isObject, pathOf, type ReadProblem, shareOf, textOf } from './values.ts';

/** Opens the file's bytes from the first. */
export type OpenFile = () => AsyncIterable<Uint8Array>;

export interface MegaDetectorHeader {
  detector: string | null;
  classifier: string | null;
  /** Category ids and what they are called. */
  categories: ReadonlyMap<string, string>;
  /** Classification category ids and their labels, with the taxonomy where there is one. */
  species: ReadonlyMap<string, string>;
}

export interface ReadImage {
  kind: 'image';
  file: string;
  /** The surest first. `null`: the file says that it could not be looked at. */
  boxes: ReadBox[] | null;
  failure: string | null;
}

export interface ReadBox {
  label: DetectionLabel;
  score: number;
  box: Box;
  classifications: Classification[];
}

const LISTS = new Set(['images']);

/**
 * What the rest of the file refers to. The whole file is read for it, because programs put it before the pictures or
 * behind them.
 * @throws Failure `bad_dataset`
 */
export async function readMegaDetectorHeader(open: OpenFile): Promise<MegaDetectorHeader> {
  const members = new Map<string, unknown>();
  for await (const part of jsonParts(open(), LISTS)) {
    if (part.index === undefined) members.set(part.key, part.value);
  }
  const info = members.get('info');
  if (!Array.isArray(members.get('images')) || !isObject(members.get('detection_categories'))) {
    throw new Failure(
      'bad_dataset',
      'The file is not a batch output of MegaDetector: it has no list "images" or no "detection_categories".',
    );
  }
  const names = namesOf(members.get('classification_categories'));
  const descriptions = namesOf(members.get('classification_category_descriptions'));
  return {
    detector: isObject(info) ? textOf(info['detector']) : null,
    classifier: isObject(info) ? textOf(info['classifier']) : null,
    categories: namesOf(members.get('detection_categories')),
    species: new Map([...names].map(([id, name]) => [id, labelOf(name, descriptions.get(id))])),
  };
}

/** The pictures, one by one, and what could not be taken of them. @throws Failure `bad_dataset` */
export async function* readMegaDetector(
  open: OpenFile,
  header: MegaDetectorHeader,
): AsyncGenerator<ReadImage | ReadProblem> {
  for await (const part of jsonParts(open(), LISTS)) {
    if (part.index === undefined) continue;
    const where = `images[${part.index}]`;
    if (part.broken) yield problem(where, 'It is not valid JSON.');
    else yield* imageOf(part.value, where, header);
  }
}

function* imageOf(
  value: unknown,
  where: string,
  header: MegaDetectorHeader,
): Generator<ReadImage | ReadProblem> {
  const file = isObject(value) ? pathOf(value['file']) : null;
  if (!isObject(value) || file === null) return yield problem(where, 'It names no file.');
  if (value['frame_rate'] !== undefined || value['frames_processed'] !== undefined) {
    return yield problem(file, 'It is a video; those are left alone.');
  }
  const { detections } = value;
  const failure = textOf(value['failure']);
  if (!Array.isArray(detections)) {
    if (detections !== undefined && detections !== null)
      return yield problem(file, '"detections" is not a list.');
    return yield { kind: 'image', file, boxes: null, failure: failure ?? 'Not looked at' };
  }
  const boxes: ReadBox[] = [];
  for (const detection of detections) {
    const box = boxOf(detection, header);
    if (typeof box === 'string') yield problem(file, box);
    else if (box !== null) boxes.push(box);
  }
  boxes.sort((a, b) => b.score - a.score);
  yield { kind: 'image', file, boxes, failure: null };
}

/** @returns the box, `null` where it stands for nothing, or what is wrong with it */
function boxOf(value: unknown, header: MegaDetectorHeader): ReadBox | null | string {
  if (!isObject(value)) return 'A detection is not an object.';
  const score = shareOf(value['conf']);
  if (score === null) return 'A detection has no "conf" between 0 and 1.';
  const sides = fourNumbers(value['bbox']);
  const box = sides === null ? null : boxWithin(sides);
  if (box === null) return 'A detection has no "bbox" of left, top, width and height within the picture.';
  const name = header.categories.get(String(value['category']));
  // The format says to take categories that are not listed for no detection.
  const meaning = name === undefined ? null : meaningOf(name);
  if (meaning === null) return null;
  const classifications = classificationsOf(value['classifications'], header);
  if (typeof classifications === 'string') return classifications;
  if (meaning.species !== null && classifications.length === 0) {
    classifications.push({ label: meaning.species, score });
  }
  return { label: meaning.label, score, box, classifications };
}

function classificationsOf(value: unknown, { species }: MegaDetectorHeader): Classification[] | string {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return 'The "classifications" of a detection are not a list.';
  const result: Classification[] = [];
  for (const pair of value) {
    const [id, given] = Array.isArray(pair) ? pair : [];
    const score = shareOf(given);
    const label = species.get(String(id));
    if (score === null || label === undefined) {
      return 'A classification is not a known category with a score between 0 and 1.';
    }
    result.push({ label, score });
  }
  return result.sort((a, b) => b.score - a.score);
}

function namesOf(value: unknown): Map<string, string> {
  if (!isObject(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([id, name]) => (typeof name === 'string' ? [[id, name]] : [])),
  );
}

/** The description holds the taxonomy where a classifier has one. */
function labelOf(name: string, description: string | undefined): string {
  return description?.split(';').length === 7 ? description : name;
}

function problem(where: string, detail: string): ReadProblem {
  return { kind: 'problem', where, detail };
}
