import { meaningOf, surveyLabel } from '../domain/categories.ts';
import type { Shot } from '../domain/survey/events.ts';
import {
  type BoxRecord,
  type ImageRecord,
  type Records,
  shownIn,
  speciesOfWhole,
} from '../interchange/records.ts';
import { speciesLabel } from '../interchange/write/labels.ts';
import type { CollectedBox, CollectedImage, CollectedWhole } from '../stores/exports/collect.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';

/** One line for each image of a part. */
export function partText(images: readonly CollectedImage[]): string {
  return images.map((image) => `${JSON.stringify(image)}\n`).join('');
}

/** The images of an export, out of its parts, from the first as often as somebody opens them. */
export function recordsOf(objects: ObjectStore, parts: readonly string[], base: string): Records {
  return async function* () {
    for (const key of parts) {
      for await (const line of linesOf(await objects.read(key))) {
        yield recordOf(JSON.parse(line) as CollectedImage, base);
      }
    }
  };
}

/** Lines that are not empty. What breaks in the store breaks here, which `node:readline` would keep to itself. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of chunks) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split('\n');
    held = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
  held += decoder.decode();
  if (held !== '') yield held;
}

function recordOf(image: CollectedImage, base: string): ImageRecord {
  const { id, capturedAt, camera, location, nothingHere } = image;
  const looked = image.detectionState === 'done' || nothingHere !== null || image.boxes.length > 0;
  return {
    id: String(id),
    file: fileOf(image),
    url: base === '' ? null : `${base}/retrieve/original/${id}`,
    ...{ width: image.width, height: image.height, mediaType: image.mediaType },
    capturedAt: capturedAt === null ? null : new Date(capturedAt),
    ...{ offsetMinutes: image.offsetMinutes, camera, location, sequence: image.sequence },
    deploymentId: location === null ? null : deploymentId(location.id, camera),
    boxes: looked ? image.boxes.map(boxOf).toSorted((a, b) => b.score - a.score) : null,
    whole: wholeOf(image.whole ?? null),
    blankBy:
      nothingHere === null
        ? null
        : {
            method: 'human',
            name: nothingHere.by,
            at: nothingHere.at === null ? null : new Date(nothingHere.at),
          },
    failure: looked ? null : (image.detectionReason ?? 'Not looked at'),
  };
}

function wholeOf(whole: CollectedWhole | null): ImageRecord['whole'] {
  if (whole === null) return null;
  const { category, label, score, answers = [], by, at } = whole;
  const witness = { method: 'machine', name: by, at: at === null ? null : new Date(at) } as const;
  return { label: category, classification: { label, score }, answers, by: witness };
}

/** Of a camera's stay at a place. */
export function deploymentId(locationId: string, camera: string | null): string {
  return camera === null ? locationId : `${locationId}/${camera}`;
}

/** Where it came from, which people know it by, behind its id: names of different sources may be the same. */
function fileOf({ id, externalId, name }: CollectedImage): string {
  const path = (externalId ?? name).replaceAll('\\', '/').split('/');
  const safe = path.filter((part) => part !== '' && part !== '.' && part !== '..' && !part.endsWith(':'));
  return [String(id), ...(safe.at(-1) === name ? safe : [name.replaceAll(/[/\\]/g, '_')])].join('/');
}

function boxOf({ label, score, box, sure, method, by, at, classifications }: CollectedBox): BoxRecord {
  const meaning = meaningOf(label) ?? { label: 'animal', species: null };
  const named = meaning.species === null ? [] : [{ label: meaning.species, score }];
  return {
    ...{ label: meaning.label, score, box, sure },
    // What the box itself is called comes from whoever looked last.
    classifications: method === 'human' || classifications.length === 0 ? named : classifications,
    by: { method, name: by, at: at === null ? null : new Date(at) },
  };
}

/** An image as events see it. Doubtful boxes are not seen. `null`: it has no time or place. */
export function shotOf(image: ImageRecord): Shot | null {
  if (image.capturedAt === null || image.deploymentId === null) return null;
  const labels = image.boxes
    ?.filter(({ sure }) => sure)
    .map((box) => ({ label: eventLabel(box), score: box.score }));
  const { whole } = image;
  if (labels?.length === 0 && whole !== null) {
    const label = speciesOfWhole(whole) ?? surveyLabel(whole.label);
    labels.push({ label, score: whole.classification.score });
  }
  return { id: image.id, camera: image.deploymentId, at: image.capturedAt, seen: labels ?? null };
}

function eventLabel(box: BoxRecord): string {
  return speciesLabel(box) ?? surveyLabel(shownIn(box));
}
