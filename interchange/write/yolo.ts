import { type BoxRecord, type Dataset, type ImageRecord, type Records, shownWhole } from '../records.ts';
import { type ZipEntry, zipFile } from '../zip/zipFile.ts';
import { csvLine } from './csvLine.ts';
import { labelOf, labelOfWhole } from './labels.ts';
import { rounded } from './numbers.ts';

/**
 * Labels for training, in a zip archive: a text file beside each picture's name with a line for each box, class and
 * centre and size as shares, and `data.yaml` and `classes.txt` with the names of the classes. A blank picture has an
 * empty file; one that nobody looked at has none. Doubtful boxes are left out.
 *
 * The format has no place for what is said of a picture as a whole, and an empty file would teach that nothing is in it: such
 * a picture has none and is listed in `whole_pictures.csv`.
 */
export function writeYolo(records: Records, about: Dataset): AsyncGenerator<Buffer> {
  return zipFile(entriesOf(records), about.createdAt);
}

async function* entriesOf(records: Records): AsyncGenerator<ZipEntry> {
  const classes = new Map<string, number>();
  const taken = new Set<string>();
  let anyWhole = false;
  for await (const image of records()) {
    if (image.boxes === null) continue;
    if (shownWhole(image) !== null) {
      anyWhole = true;
      continue;
    }
    const lines = image.boxes.filter((box) => box.sure).map((box) => lineOf(box, classes));
    yield { name: `labels/${nameOf(image, taken)}.txt`, content: lines.join('') };
  }
  if (anyWhole) yield { name: 'whole_pictures.csv', content: wholePictures(records) };
  const names = [...classes.keys()];
  yield { name: 'classes.txt', content: names.map((name) => `${name.replaceAll(/\s+/g, ' ')}\n`).join('') };
  const list = names.map((name, id) => `  ${id}: ${JSON.stringify(name)}\n`).join('');
  yield {
    name: 'data.yaml',
    content: `path: .\ntrain: images\nval: images\nnames:${list === '' ? ' {}\n' : `\n${list}`}`,
  };
}

async function* wholePictures(records: Records): AsyncGenerator<string> {
  yield csvLine(['file', 'label', 'score']);
  for await (const image of records()) {
    const whole = shownWhole(image);
    if (whole === null) continue;
    yield csvLine([image.file, labelOfWhole(whole), rounded(whole.classification.score, 4)]);
  }
}

function lineOf(box: BoxRecord, classes: Map<string, number>): string {
  const label = labelOf(box);
  const id = classes.get(label) ?? classes.size;
  classes.set(label, id);
  const [x, y, width, height] = box.box;
  const sides = [x + width / 2, y + height / 2, width, height];
  return `${id} ${sides.map((side) => rounded(side, 6)).join(' ')}\n`;
}

/** The picture's own path without its ending; names that lead elsewhere are made to lead nowhere. */
function nameOf({ id, file }: ImageRecord, taken: Set<string>): string {
  const parts = file.split(/[/\\]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const stem = parts.join('/').replace(/\.[^./]*$/, '') || id;
  // Pictures that differ in their ending only would share a file.
  const name = taken.has(stem) ? `${stem}-${id}` : stem;
  taken.add(name);
  return name;
}
