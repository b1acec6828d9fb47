import { DETECTION_LABELS } from '../../domain/detection.ts';
import { taxonOf } from '../../domain/taxon.ts';
import {
  type BoxRecord,
  type Dataset,
  type ImageRecord,
  type Records,
  shownWhole,
  type WholeRecord,
} from '../records.ts';
import { jsonMembers } from './jsonArray.ts';
import { float, rounded } from './numbers.ts';
import { localTime } from './times.ts';

/** "0" is kept for empty by custom. */
const CATEGORIES = Object.fromEntries(DETECTION_LABELS.map((label, i) => [String(i + 1), label]));
const categoryOf = Object.fromEntries(DETECTION_LABELS.map((label, i) => [label, String(i + 1)]));

/**
 * MegaDetector's batch output, format 1.6. It knows of nothing but boxes, so what is said of a picture as a whole is a
 * detection that covers all of it. Which species there are is known at the end, so the classification
 * categories come last; a JSON object has no order.
 */
export async function* writeMegaDetector(records: Records, about: Dataset): AsyncGenerator<string> {
  const species = new Map<string, string>();
  yield `{"info":${JSON.stringify(infoOf(about))},\n"detection_categories":${JSON.stringify(CATEGORIES)},\n"images":[`;
  yield* jsonMembers(
    (async function* () {
      for await (const image of records()) yield imageText(image, species);
    })(),
  );
  yield ']';
  if (species.size > 0) {
    const ids = [...species].map(([label, id]) => [id, label] as const);
    const names = Object.fromEntries(ids.map(([id, label]) => [id, nameOf(label)]));
    // The whole label, so that readers get its taxonomy back.
    const descriptions = Object.fromEntries(ids);
    yield `,\n"classification_categories":${JSON.stringify(names)}`;
    yield `,\n"classification_category_descriptions":${JSON.stringify(descriptions)}`;
  }
  yield '}\n';
}

function infoOf({ detector, classifier }: Dataset) {
  const time = (at: Date | null) => (at === null ? undefined : localTime(at, 0));
  return {
    format_version: '1.6',
    ...(detector !== null && {
      detector: detector.name,
      detection_completion_time: time(detector.completedAt),
      detector_metadata: {
        typical_detection_threshold: detector.typical ?? undefined,
        conservative_detection_threshold: detector.conservative ?? undefined,
      },
    }),
    ...(classifier !== null && {
      classifier: classifier.name,
      classification_completion_time: time(classifier.completedAt),
    }),
  };
}

function imageText(image: ImageRecord, species: Map<string, string>): string {
  const { file, boxes, failure } = image;
  const name = `"file":${JSON.stringify(file)}`;
  if (boxes === null) {
    return `{${name},"failure":${JSON.stringify(failure ?? 'Not looked at')},"detections":null}`;
  }
  const whole = shownWhole(image);
  const detections = [...boxes, ...(whole === null ? [] : [asBox(whole)])];
  return `{${name},"detections":[${detections.map((one) => boxText(one, species)).join(',')}]}`;
}

type Boxed = Pick<BoxRecord, 'label' | 'score' | 'box' | 'classifications'>;

function asBox({ label, classification, answers }: WholeRecord): Boxed {
  const others = answers.filter((each) => each.label !== classification.label);
  return {
    ...{ label, score: classification.score, box: [0, 0, 1, 1] },
    classifications: [classification, ...others],
  };
}

function boxText({ label, score, box, classifications }: Boxed, species: Map<string, string>): string {
  const parts = [
    `"category":"${categoryOf[label]}"`,
    `"conf":${float(rounded(score, 3))}`,
    `"bbox":[${box.map((side) => float(rounded(side, 4))).join(',')}]`,
  ];
  if (classifications.length > 0) {
    const sorted = classifications.toSorted((a, b) => b.score - a.score);
    const pairs = sorted.map((each) => `["${idOf(each.label, species)}",${float(rounded(each.score, 3))}]`);
    parts.push(`"classifications":[${pairs.join(',')}]`);
  }
  return `{${parts.join(',')}}`;
}

function idOf(label: string, species: Map<string, string>): string {
  const known = species.get(label);
  if (known !== undefined) return known;
  const id = String(species.size);
  species.set(label, id);
  return id;
}

/** What people call it. Names must not be blank. */
function nameOf(label: string): string {
  if (label.trim() === '') return 'unnamed';
  if (label.split(';').length !== 7) return label;
  const common = label.slice(label.lastIndexOf(';') + 1);
  return common === '' ? (taxonOf(label)?.scientificName ?? label) : common;
}
