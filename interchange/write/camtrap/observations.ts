import type { SurveyEvent } from '../../../domain/survey/events.ts';
import { kindOf, taxonOf } from '../../../domain/taxon.ts';
import {
  type BoxRecord,
  type ImageRecord,
  shownIn,
  shownWhole,
  speciesOfWhole,
  type WholeRecord,
  type Witness,
} from '../../records.ts';
import { type Cell, csvLine } from '../csvLine.ts';
import { speciesLabel } from '../labels.ts';
import { rounded } from '../numbers.ts';
import { zonedTime } from '../times.ts';
import { OBSERVATION_COLUMNS } from './columns.ts';
import type { Part } from './deployments.ts';

type Cells = Partial<Record<(typeof OBSERVATION_COLUMNS)[number], Cell>>;
type ObservationType = 'animal' | 'human' | 'vehicle' | 'blank' | 'unknown' | 'unclassified';

const TYPES = { animal: 'animal', person: 'human', vehicle: 'vehicle' } as const;
/** Of a box, so that it has an extent after rounding. */
const SMALLEST = 0.0001;

/** What is said of a picture: its sure boxes; else what is said of all of it, or that it is doubtful, blank or not looked at. */
export function mediaObservations(
  image: ImageRecord,
  capturedAt: Date,
  part: Part,
  seen: (scientificName: string) => void,
): string[] {
  const at = zonedTime(capturedAt, image.offsetMinutes);
  const line = (n: number, type: ObservationType, cells: Cells): string =>
    observationLine({
      ...{ observationID: `${image.id}-${n}`, deploymentID: part.id, mediaID: image.id },
      ...{ eventID: image.sequence?.id ?? image.id, eventStart: at, eventEnd: at },
      ...{ observationLevel: 'media', observationType: type },
      ...cells,
    });
  const wholeLine = (whole: WholeRecord): string => {
    const named = namesOf(speciesOfWhole(whole));
    if (named.scientificName != null) seen(named.scientificName);
    const classificationProbability = rounded(whole.classification.score, 4);
    return line(0, TYPES[whole.label], { ...named, ...witnessCells(whole.by), classificationProbability });
  };
  if (image.boxes === null) return [line(0, 'unclassified', {})];
  const sure = image.boxes.filter((box) => box.sure);
  if (sure.length > 0) {
    return sure.map((box, i) => {
      const species = speciesLabel(box);
      const named = namesOf(species);
      if (named.scientificName != null) seen(named.scientificName);
      const score = species === null ? box.score : (box.classifications[0]?.score ?? box.score);
      return line(i + 1, TYPES[shownIn(box)], {
        ...named,
        count: 1,
        ...boxCells(box),
        ...witnessCells(box.by),
        classificationProbability: rounded(score, 4),
      });
    });
  }
  const whole = shownWhole(image);
  if (whole !== null) return [wholeLine(whole)];
  const [doubtful] = image.boxes;
  if (doubtful === undefined) return [line(0, 'blank', witnessCells(image.blankBy))];
  return [
    line(0, 'unknown', {
      ...witnessCells(doubtful.by),
      classificationProbability: rounded(doubtful.score, 4),
    }),
  ];
}

/** What is said of an event as a whole: each taxon once, with how many there were at least. */
export function eventObservations(
  id: string,
  event: SurveyEvent,
  part: Part,
  seen: (scientificName: string) => void,
): string[] {
  const offset = part.of.offsetMinutes;
  const line = (n: number, type: ObservationType, cells: Cells): string =>
    observationLine({
      ...{ observationID: `${id}-${n}`, deploymentID: part.id, eventID: id },
      eventStart: zonedTime(event.start, offset),
      eventEnd: zonedTime(event.end, offset),
      ...{ observationLevel: 'event', observationType: type },
      ...cells,
    });
  if (event.sightings === null) return [line(0, 'unclassified', {})];
  return event.sightings.map(({ label, score, count }, i) => {
    const kind = kindOf(label);
    const type = kind === 'taxon' ? 'animal' : kind;
    const named: Names = type === 'animal' ? namesOf(kind === 'taxon' ? label : null) : {};
    if (named.scientificName != null) seen(named.scientificName);
    return line(i + 1, type, {
      ...named,
      ...{ count, classificationMethod: 'machine', classificationProbability: rounded(score, 4) },
    });
  });
}

function observationLine(cells: Cells): string {
  return csvLine(OBSERVATION_COLUMNS.map((name) => cells[name] ?? null));
}

interface Names {
  scientificName?: string | null;
  observationTags?: string | null;
}

/** A label without a taxonomy becomes a tag, unless it is a scientific name itself. */
function namesOf(label: string | null): Names {
  if (label === null) return {};
  const taxon = taxonOf(label);
  if (taxon !== null) return { scientificName: taxon.scientificName };
  if (/^[A-Z][a-z]+ [a-z]+( [a-z]+)?$/.test(label)) return { scientificName: label };
  return { observationTags: `label:${label.replaceAll('|', ' ')}` };
}

function boxCells({ box: [x, y, width, height] }: BoxRecord): Cells {
  const inside = (side: number, least: number): number => Math.min(Math.max(rounded(side, 4), least), 1);
  return {
    ...{ bboxX: inside(x, 0), bboxY: inside(y, 0) },
    ...{ bboxWidth: inside(width, SMALLEST), bboxHeight: inside(height, SMALLEST) },
  };
}

function witnessCells(by: Witness | null): Cells {
  if (by === null) return {};
  const classificationTimestamp = by.at === null ? null : zonedTime(by.at, 0);
  return { classificationMethod: by.method, classifiedBy: by.name, classificationTimestamp };
}
