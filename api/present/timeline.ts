import type { z } from 'zod';
import { FAILURES, isFailureType } from '../../domain/failures.ts';
import type { EventRow } from '../../stores/timeline.ts';
import type { TimelineEvent } from '../schemas/assets.ts';

type Detail = Record<string, unknown>;

const title = (type: unknown): string =>
  typeof type === 'string' && isFailureType(type) ? FAILURES[type].title : String(type ?? 'no reason given');

const because = (type: unknown, detail: unknown): string =>
  `${title(type)}${typeof detail === 'string' && detail !== '' ? `: ${detail}` : ''}`;

function seconds(milliseconds: unknown): string {
  const value = Number(milliseconds) / 1_000;
  if (value < 90) return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} s`;
  return `${Math.round(value / 60)} minutes`;
}

/** A sentence for each kind of event; each gets what was recorded with it. */
const SENTENCES: Readonly<Record<string, (detail: Detail) => string>> = {
  'import.created': () => 'The import was asked for.',
  'import.processing': () => 'Work on the import began or went on.',
  'import.page_listed': (d) =>
    `Page ${d['page']} of the source was listed: ${d['entries']} entries${d['complete'] === true ? ', and that is all' : ''}.` +
    `${d['partial'] === true ? ' The source said that it could not show everything.' : ''}`,
  'import.paused': () => 'The import was paused.',
  'import.resumed': (d) =>
    d['skip'] === true
      ? 'The import went on without the files that waited.'
      : 'The import went on with the files that waited.',
  'import.needs_attention': (d) =>
    `The import waits for what only a person can give. ${because(d['type'], d['detail'])}`,
  'import.completed': () => 'The import was completed.',
  'import.failed': (d) => `The import failed. ${because(d['type'], d['detail'])}`,
  'import.cancelled': () => 'The import was cancelled.',
  'pull_source.paused': (d) => `The source was paused. ${title(d['reason'])}`,
  'item.attempt_failed': (d) =>
    `Try ${d['attempt']} failed. ${because(d['type'], d['detail'])} ` +
    (d['retry_in_ms'] === undefined
      ? 'There is no further try.'
      : `The next try follows in ${seconds(d['retry_in_ms'])}.`),
  'item.parked': (d) => `The file waits for a person. ${because(d['type'], d['detail'])}`,
  'item.requeued': () => 'The file was given another round.',
  'item.stored': () => 'The image is in the library.',
  'item.duplicate': () => 'The library had these bytes already; the file points at that image.',
  'item.skipped': (d) => `The file was skipped. ${because(d['reason'], d['detail'])}`,
  'item.rejected': (d) => `The file was rejected. ${because(d['reason'], d['detail'])}`,
  'item.failed': (d) => `The file failed. ${because(d['reason'], d['detail'])}`,
  'asset.original_stored': (d) =>
    `The original was stored (${Number(d['bytes']).toLocaleString('en')} bytes).`,
  'asset.rendered': (d) =>
    `The image was decoded (${d['width']} × ${d['height']} pixels) and its renditions were made.`,
  'asset.detected': (d) =>
    `${d['model']} looked at the image and gave ${d['boxes']} ${d['boxes'] === 1 ? 'box' : 'boxes'}, however unsure.`,
  'asset.detection_failed': (d) =>
    `${d['model']} could not look at the image. ${because(d['type'], d['detail'])}`,
  'asset.classified': (d) =>
    `${d['model']} said which animals are in ${d['boxes']} ${d['boxes'] === 1 ? 'box' : 'boxes'}.`,
  'asset.classification_failed': (d) =>
    `${d['model']} could not say which animals there are. ${because(d['type'], d['detail'])}`,
  'asset.trashed': (d) =>
    d['by'] === 'merged'
      ? `The image was put into the trash; image ${d['merged_into']} is kept in its place.`
      : d['by'] === 'purge'
        ? 'A purge put the image into the trash.'
        : 'Somebody put the image into the trash.',
  'asset.restored': () => 'The image was taken out of the trash.',
  'asset.clock_corrected': (d) =>
    `The time was corrected from ${instant(d['before'])} to ${instant(d['after'])}.`,
  'asset.clock_restored': (d) => `A correction was undone: the time is ${instant(d['after'])} again.`,
};

function instant(value: unknown): string {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString();
}

/** An event of a kind that has no sentence yet is told by its name. */
export function textOf(kind: string, detail: Detail): string {
  const sentence = SENTENCES[kind];
  if (sentence !== undefined) return sentence(detail);
  const words = kind.replaceAll(/[-_.]/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

export const SENTENCE_KINDS: ReadonlySet<string> = new Set(Object.keys(SENTENCES));

export function presentEvent(row: EventRow): z.input<typeof TimelineEvent> {
  return {
    at: row.at.toISOString(),
    kind: row.kind,
    text: textOf(row.kind, row.detail),
    item_id: row.itemId,
    asset_id: row.assetId,
    name: row.name,
    detail: row.detail,
  };
}
