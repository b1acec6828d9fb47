import { type BoxRecord, type Dataset, type ImageRecord, type Records, shownWhole } from '../records.ts';
import { jsonMembers } from './jsonArray.ts';
import { labelOf, labelOfWhole } from './labels.ts';
import { rounded } from './numbers.ts';
import { localTime } from './times.ts';

/** Kept for pictures without anything. */
const EMPTY = { id: 0, name: 'empty' };

/**
 * COCO Camera Traps: pictures, then what is in them, then what that is called. Boxes are in pixels; a picture whose size
 * is not known has its annotations without, and so has what is said of a picture as a whole. Pictures that nobody looked at
 * have none.
 * Doubtful boxes are left out: the format has no place that all programs read scores from.
 */
export async function* writeCoco(records: Records, about: Dataset): AsyncGenerator<string> {
  const categories = new Map<string, number>();
  const info = {
    version: '1.0',
    description: about.title,
    year: about.createdAt.getUTCFullYear(),
    contributor: 'Tributary',
    date_created: localTime(about.createdAt, 0),
  };
  yield `{"info":${JSON.stringify(info)},\n"images":[`;
  yield* jsonMembers(mapped(records, (image) => [JSON.stringify(imageOf(image))]));
  yield '],\n"annotations":[';
  yield* jsonMembers(
    mapped(records, (image) => annotationsOf(image, categories).map((one) => JSON.stringify(one))),
  );
  yield '],\n"categories":';
  const named = [...categories].map(([name, id]) => ({ id, name }));
  yield `${JSON.stringify([EMPTY, ...named])}}\n`;
}

async function* mapped(records: Records, texts: (image: ImageRecord) => string[]): AsyncGenerator<string> {
  for await (const image of records()) yield* texts(image);
}

function imageOf(image: ImageRecord) {
  return {
    id: image.id,
    file_name: image.file,
    ...(image.width !== null && image.height !== null && { width: image.width, height: image.height }),
    ...(image.capturedAt !== null && { datetime: localTime(image.capturedAt, image.offsetMinutes ?? 0) }),
    ...(image.sequence !== null && {
      seq_id: image.sequence.id,
      seq_num_frames: image.sequence.images,
      frame_num: image.sequence.position - 1,
    }),
    ...(image.location !== null && { location: image.location.id }),
    ...(image.failure !== null && { corrupt: true }),
  };
}

function annotationsOf(image: ImageRecord, categories: Map<string, number>) {
  if (image.boxes === null) return [];
  const sure = image.boxes.filter((box) => box.sure);
  if (sure.length === 0) {
    const whole = shownWhole(image);
    const category_id = whole === null ? EMPTY.id : idOf(labelOfWhole(whole), categories);
    return [{ id: `${image.id}-0`, image_id: image.id, category_id, sequence_level_annotation: false }];
  }
  return sure.map((box, i) => ({
    id: `${image.id}-${i + 1}`,
    image_id: image.id,
    category_id: idOf(labelOf(box), categories),
    sequence_level_annotation: false,
    ...pixels(box, image),
  }));
}

function pixels({ box: [x, y, width, height] }: BoxRecord, image: ImageRecord) {
  if (image.width === null || image.height === null) return {};
  const [w, h] = [image.width, image.height];
  const bbox = [x * w, y * h, width * w, height * h].map((side) => rounded(side, 2));
  return { bbox, area: rounded(width * w * height * h, 2), iscrowd: 0 };
}

function idOf(name: string, categories: Map<string, number>): number {
  const known = categories.get(name);
  if (known !== undefined) return known;
  const id = categories.size + 1;
  categories.set(name, id);
  return id;
}
