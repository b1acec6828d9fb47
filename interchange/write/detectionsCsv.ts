import { taxonOf } from '../../domain/taxon.ts';
import { type ImageRecord, type Records, shownIn } from '../records.ts';
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

/** A table for people: one line for each box, and one for a picture without any. `label` is empty where nobody looked. */
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
  if (image.boxes === null || image.boxes.length === 0) {
    const witness = image.boxes === null ? null : image.blankBy;
    const nothing: Cell[] = [image.boxes === null ? null : 'blank', ...new Array<null>(9).fill(null)];
    return [
      [
        ...head,
        ...nothing,
        witness?.method ?? null,
        witness?.name ?? null,
        witness?.at?.toISOString() ?? null,
      ],
    ];
  }
  return image.boxes.map((box) => {
    const species = speciesLabel(box);
    const taxon = species === null ? null : taxonOf(species);
    return [
      ...head,
      ...[shownIn(box), rounded(box.score, 4)],
      ...box.box.map((side) => rounded(side, 4)),
      ...[taxon?.scientificName ?? null, taxon?.commonName ?? null, species],
      species === null ? null : rounded(box.classifications[0]?.score ?? 0, 4),
      ...[box.by.method, box.by.name, box.by.at?.toISOString() ?? null],
    ];
  });
}
