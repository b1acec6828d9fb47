import { meaningOf } from '../../domain/categories.ts';
import { Failure } from '../../domain/failures.ts';
import { type CocoAnnotation, type CocoImage, readCoco } from './coco.ts';
import type { OpenFile, ReadBox, ReadImage } from './megadetector.ts';
import { boxWithin, type ReadProblem } from './values.ts';

/** Annotations stand apart from their pictures, in any order, so they are held in memory. */
const MOST = 2_000_000;

/**
 * The pictures of a COCO file with what is in them. Annotations without a box say what a picture shows, not where, and
 * are told as problems unless they say that it is empty.
 * @throws Failure `bad_dataset`
 */
export async function* readCocoImages(open: OpenFile): AsyncGenerator<ReadImage | ReadProblem> {
  const names = new Map<string, string>();
  const annotations = new Map<string, CocoAnnotation[]>();
  let held = 0;
  for await (const part of readCoco(open)) {
    if (part.kind === 'category') names.set(part.id, part.name);
    if (part.kind !== 'annotation') continue;
    if (++held > MOST) {
      throw new Failure('bad_dataset', `The file has more than ${MOST} annotations. Split it by pictures.`);
    }
    const list = annotations.get(part.imageId);
    if (list === undefined) annotations.set(part.imageId, [part]);
    else list.push(part);
  }
  for await (const part of readCoco(open)) {
    if (part.kind === 'problem') yield part;
    if (part.kind !== 'image') continue;
    const found = annotations.get(part.id);
    annotations.delete(part.id);
    // A picture without annotations was not looked at.
    if (found === undefined) continue;
    const boxes: ReadBox[] = [];
    for (const annotation of found) {
      const box = boxOf(annotation, part, names);
      if (typeof box === 'string') yield { kind: 'problem', where: part.file, detail: box };
      else if (box !== null) boxes.push(box);
    }
    boxes.sort((a, b) => b.score - a.score);
    yield { kind: 'image', file: part.file, boxes, failure: null };
  }
  for (const [imageId] of annotations) {
    yield {
      kind: 'problem',
      where: `image_id ${imageId}`,
      detail: 'Annotations name a picture that is not in the file.',
    };
  }
}

/** @returns the box, `null` where it stands for nothing, or what is wrong with it */
function boxOf(
  { box, categoryId, score }: CocoAnnotation,
  { width, height }: CocoImage,
  names: ReadonlyMap<string, string>,
): ReadBox | null | string {
  const name = names.get(categoryId);
  if (name === undefined) return `Category ${categoryId} is not in the file.`;
  const meaning = meaningOf(name);
  if (meaning === null) return null;
  if (box === null) return `"${name}" has no box.`;
  const [x, y, w, h] = box.sides;
  if (box.in === 'pixels' && (width === null || height === null)) {
    return 'A box is in pixels, and the size of the picture is not given.';
  }
  const [across, down] = box.in === 'pixels' ? [width ?? 1, height ?? 1] : [1, 1];
  const within = boxWithin([x / across, y / down, w / across, h / down]);
  if (within === null) return 'A box does not lie within the picture.';
  const sure = score ?? 1;
  const classifications = meaning.species === null ? [] : [{ label: meaning.species, score: sure }];
  return { label: meaning.label, score: sure, box: within, classifications };
}
