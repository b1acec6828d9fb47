import { type Taxon, taxonOf } from '../../domain/taxon.ts';
import {
  type Dataset,
  type ImageRecord,
  type Records,
  shownIn,
  shownWhole,
  speciesOfWhole,
  type Witness,
} from '../records.ts';
import { type ZipEntry, zipFile } from '../zip/zipFile.ts';
import { type Cell, csvLine } from './csvLine.ts';
import { speciesLabel } from './labels.ts';
import { rounded } from './numbers.ts';
import { zonedTime } from './times.ts';

const TERMS = 'http://rs.tdwg.org/dwc/terms/';
/** In the order of their columns. */
const COLUMNS = [
  ...['occurrenceID', 'basisOfRecord', 'occurrenceStatus', 'eventID', 'eventDate', 'samplingProtocol'],
  ...['locationID', 'locality', 'decimalLatitude', 'decimalLongitude', 'geodeticDatum', 'scientificName'],
  ...['taxonRank', 'kingdom', 'class', 'order', 'family', 'genus', 'vernacularName', 'individualCount'],
  ...['identifiedBy', 'dateIdentified', 'identificationVerificationStatus', 'identificationRemarks'],
  'associatedMedia',
] as const;

/**
 * A Darwin Core archive of occurrences: a line for each taxon in each picture, with how many of it are in the picture; nobody
 * knows that where a classifier saw the picture as a whole.
 * People and vehicles are none, and pictures without a time or with doubtful boxes only have no line.
 */
export function writeDarwinCore(records: Records, about: Dataset): AsyncGenerator<Buffer> {
  const entries = (async function* (): AsyncGenerator<ZipEntry> {
    yield { name: 'meta.xml', content: META };
    yield { name: 'occurrence.csv', content: occurrences(records) };
  })();
  return zipFile(entries, about.createdAt);
}

const META = `<?xml version="1.0" encoding="UTF-8"?>
<archive xmlns="http://rs.tdwg.org/dwc/text/">
  <core encoding="UTF-8" fieldsTerminatedBy="," linesTerminatedBy="\\r\\n" fieldsEnclosedBy="&quot;" ignoreHeaderLines="1" rowType="${TERMS}Occurrence">
    <files><location>occurrence.csv</location></files>
    <id index="0"/>
${COLUMNS.map((term, index) => `    <field index="${index}" term="${TERMS}${term}"/>\n`).join('')}  </core>
</archive>
`;

async function* occurrences(records: Records): AsyncGenerator<string> {
  yield csvLine(COLUMNS);
  for await (const image of records()) {
    if (image.capturedAt === null) continue;
    for (const [i, sighting] of sightingsIn(image).entries()) {
      yield csvLine(occurrence(image, image.capturedAt, sighting, i + 1));
    }
  }
}

/** One taxon in one picture. */
interface Sighting {
  /** `null`: some animal. */
  label: string | null;
  /** `null`: nobody counted. */
  count: number | null;
  score: number;
  by: Witness;
}

function sightingsIn(image: ImageRecord): Sighting[] {
  const whole = shownWhole(image);
  if (whole !== null) {
    if (whole.label !== 'animal') return [];
    return [{ label: speciesOfWhole(whole), count: null, score: whole.classification.score, by: whole.by }];
  }
  const kinds = new Map<string | null, Sighting & { count: number }>();
  for (const box of image.boxes ?? []) {
    if (shownIn(box) !== 'animal' || !box.sure) continue;
    const label = speciesLabel(box);
    const score = box.classifications[0]?.score ?? box.score;
    const known = kinds.get(label);
    if (known === undefined) kinds.set(label, { label, count: 1, score, by: box.by });
    else known.count += 1;
  }
  return [...kinds.values()];
}

function occurrence(image: ImageRecord, at: Date, { label, count, score, by }: Sighting, n: number): Cell[] {
  const taxon: Taxon | null = label === null ? null : taxonOf(label);
  const placed = image.location?.latitude != null && image.location.longitude !== null;
  return [
    ...[`tributary:${image.id}:${n}`, 'MachineObservation', 'present', image.sequence?.id ?? image.id],
    ...[zonedTime(at, image.offsetMinutes), 'camera trap'],
    ...[image.location?.id ?? null, image.location?.name ?? null],
    ...[image.location?.latitude ?? null, image.location?.longitude ?? null, placed ? 'WGS84' : null],
    ...[taxon?.scientificName ?? 'Animalia', taxon?.rank ?? 'kingdom', 'Animalia'],
    ...[taxon?.class ?? null, taxon?.order ?? null, taxon?.family ?? null, taxon?.genus ?? null],
    // A label without a taxonomy is at least what people call it.
    ...[taxon?.commonName ?? (taxon === null ? label : null), count],
    ...[by.name, by.at === null ? null : zonedTime(by.at, 0)],
    by.method === 'human' ? 'verified by human' : 'unverified',
    by.method === 'human' ? null : `score ${rounded(score, 3)}`,
    image.url,
  ];
}
