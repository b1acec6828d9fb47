import { type Taxon, taxonOf } from '../../domain/taxon.ts';
import { type BoxRecord, type Dataset, type ImageRecord, type Records, shownIn } from '../records.ts';
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
 * A Darwin Core archive of occurrences: a line for each taxon in each picture, with how many of it are in the picture.
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
    const animals = (image.boxes ?? []).filter((box) => shownIn(box) === 'animal' && box.sure);
    const kinds = new Map<string | null, BoxRecord[]>();
    for (const box of animals) {
      const label = speciesLabel(box);
      kinds.set(label, [...(kinds.get(label) ?? []), box]);
    }
    let n = 0;
    for (const [label, boxes] of kinds) yield csvLine(occurrence(image, image.capturedAt, label, boxes, ++n));
  }
}

function occurrence(
  image: ImageRecord,
  at: Date,
  label: string | null,
  boxes: readonly BoxRecord[],
  n: number,
): Cell[] {
  const taxon: Taxon | null = label === null ? null : taxonOf(label);
  const [best] = boxes;
  const by = best?.by ?? null;
  const score = best?.classifications[0]?.score ?? best?.score ?? 0;
  const placed = image.location?.latitude != null && image.location.longitude !== null;
  return [
    ...[`tributary:${image.id}:${n}`, 'MachineObservation', 'present', image.sequence?.id ?? image.id],
    ...[zonedTime(at, image.offsetMinutes), 'camera trap'],
    ...[image.location?.id ?? null, image.location?.name ?? null],
    ...[image.location?.latitude ?? null, image.location?.longitude ?? null, placed ? 'WGS84' : null],
    ...[taxon?.scientificName ?? 'Animalia', taxon?.rank ?? 'kingdom', 'Animalia'],
    ...[taxon?.class ?? null, taxon?.order ?? null, taxon?.family ?? null, taxon?.genus ?? null],
    // A label without a taxonomy is at least what people call it.
    ...[taxon?.commonName ?? (taxon === null ? label : null), boxes.length],
    ...[by?.name ?? null, by?.at == null ? null : zonedTime(by.at, 0)],
    by?.method === 'human' ? 'verified by human' : 'unverified',
    by?.method === 'human' ? null : `score ${rounded(score, 3)}`,
    image.url,
  ];
}
