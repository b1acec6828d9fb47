import { taxonOf } from '../../domain/taxon.ts';
import {
  type ImageRecord,
  type Records,
  shownIn,
  shownWhole,
  speciesOfWhole,
  type Witness,
} from '../records.ts';
import { type Cell, spreadsheetLine } from './csvLine.ts';
import { speciesLabel } from './labels.ts';
import { rounded } from './numbers.ts';
import { localTime } from './times.ts';

const COLUMNS = [
  ...['image_id', 'file', 'url', 'captured_at', 'captured_local', 'camera', 'location_id', 'location_name'],
  ...[
    'latitude',
    'longitude',
    'sequence_id',
    'label',
    'score',
    'x',
    'y',
    'width',
    'height',
    'scientific_name',
  ],
  ...['common_name', 'species_label', 'species_score', 'method', 'identified_by', 'identified_at'],
] as const;

/**
 * A table for people: one line for each box, one without a place for what is said of a picture as a whole, and one for a
 * picture without any. `label` is empty where nobody looked.
 */
export async function* writeDetectionsCsv(records: Records): AsyncGenerator<string> {
  yield spreadsheetLine(COLUMNS);
  for await (const image of records()) yield linesOf(image).map(spreadsheetLine).join('');
}

function linesOf(image: ImageRecord): Cell[][] {
  const { location, capturedAt, offsetMinutes } = image;
  const head: Cell[] = [
    ...[image.id, image.file, image.url, capturedAt?.toISOString() ?? null],
    capturedAt === null ? null : localTime(capturedAt, offsetMinutes ?? 0),
    ...[image.camera, location?.id ?? null, location?.name ?? null],
    ...[location?.latitude ?? null, location?.longitude ?? null, image.sequence?.id ?? null],
  ];
  const line = (seen: Cell[], by: Witness | null): Cell[] => [
    ...head,
    ...seen,
    ...[by?.method ?? null, by?.name ?? null, by?.at?.toISOString() ?? null],
  ];
  if (image.boxes === null) return [line(new Array<null>(NOT_SEEN).fill(null), null)];
  const boxes = image.boxes.map((box) =>
    line(
      [
        ...[shownIn(box), rounded(box.score, 4)],
        ...box.box.map((side) => rounded(side, 4)),
        ...speciesCells(speciesLabel(box), box.classifications[0]?.score ?? 0),
      ],
      box.by,
    ),
  );
  const whole = shownWhole(image);
  if (whole !== null) {
    const { score } = whole.classification;
    const seen = [whole.label, rounded(score, 4), null, null, null, null];
    return [...boxes, line([...seen, ...speciesCells(speciesOfWhole(whole), score)], whole.by)];
  }
  if (boxes.length > 0) return boxes;
  return [line(['blank', ...new Array<null>(NOT_SEEN - 1).fill(null)], image.blankBy)];
}

/** From `label` to `species_score`. */
const NOT_SEEN = 10;

function speciesCells(species: string | null, score: number): Cell[] {
  if (species === null) return [null, null, null, null];
  const taxon = taxonOf(species);
  return [taxon?.scientificName ?? null, taxon?.commonName ?? null, species, rounded(score, 4)];
}
