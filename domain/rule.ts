import { meaningOf } from './categories.ts';
import type { DetectionLabel } from './detection.ts';
import { readIn } from './zone.ts';

/** When a rule fires. What is absent does not matter; lists name what is good enough. */
export interface RuleCondition {
  /** Names of what is to be seen: of a model, or of a classifier (`fox`, `vulpes vulpes`, `canidae`). */
  labels?: string[];
  categories?: DetectionLabel[];
  /** In the place of the thresholds of the tenant. */
  minConfidence?: number;
  cameraIds?: string[];
  locationIds?: string[];
  pullSourceIds?: string[];
  /** Times of the day, `HH:MM`; across midnight when `to` is the earlier one. */
  between?: { from: string; to: string; timezone: string };
  /** Not for what was taken longer ago than this, as cards that somebody brings in hold it. */
  maxAgeMinutes?: number;
}

/** Something that is to be seen in a picture. */
export interface SeenBox {
  label: string;
  /** `null`: a person said so. */
  score: number | null;
  /** From which score on it is shown. */
  threshold: number;
  /** What a classifier took it for. */
  species: string | null;
}

/** What a picture shows, where and when. */
export interface Sight {
  assetId: number;
  takenAt: Date;
  cameAt: Date;
  /** Two pictures of the same place may be of the same animal. */
  place: string;
  cameraId: string | null;
  locationId: string | null;
  pullSourceId: string | null;
  boxes: SeenBox[];
}

/** Every name that a box answers to, in lower case. */
function namesOf({ label, species }: SeenBox): Set<string> {
  const plain = label.trim().toLowerCase();
  if (species === null) return new Set([plain]);
  const parts = species
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  // uuid;class;order;family;genus;species;common name
  const taxon = parts.length === 7 ? [...parts.slice(1), `${parts[4]} ${parts[5]}`.trim()] : parts;
  return new Set([plain, ...taxon].filter((name) => name !== ''));
}

function isMeant(box: SeenBox, { labels, categories, minConfidence }: RuleCondition): boolean {
  if (box.score !== null && box.score < (minConfidence ?? box.threshold)) return false;
  const meaning = meaningOf(box.label);
  if (categories !== undefined && (meaning === null || !categories.includes(meaning.label))) return false;
  if (labels === undefined) return true;
  const names = namesOf(box);
  return labels.some((label) => names.has(label.trim().toLowerCase()));
}

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

function isBetween(at: Date, { from, to, timezone }: NonNullable<RuleCondition['between']>): boolean {
  const { hour, minute } = readIn(timezone, at.getTime());
  const [now, begin, end] = [hour * 60 + minute, minutes(from), minutes(to)];
  return begin <= end ? now >= begin && now < end : now >= begin || now < end;
}

const among = (wanted: readonly string[] | undefined, id: string | null): boolean =>
  wanted === undefined || (id !== null && wanted.includes(id));

/** The surest box for which a rule fires at a picture; `null`: there is none. */
export function whatFires(when: RuleCondition, sight: Sight, now: Date): SeenBox | null {
  const { maxAgeMinutes, between } = when;
  if (!among(when.cameraIds, sight.cameraId) || !among(when.locationIds, sight.locationId)) return null;
  if (!among(when.pullSourceIds, sight.pullSourceId)) return null;
  if (maxAgeMinutes !== undefined && now.getTime() - sight.takenAt.getTime() > maxAgeMinutes * 60_000)
    return null;
  if (between !== undefined && !isBetween(sight.takenAt, between)) return null;
  const [best] = sight.boxes
    .filter((box) => isMeant(box, when))
    .sort((a, b) => (b.score ?? 1) - (a.score ?? 1));
  return best ?? null;
}

/** One alert: pictures of one place with no more than the rule's gap between them. */
export interface Firing {
  place: string;
  firstAt: Date;
  lastAt: Date;
}

/** Whether a picture belongs to what has fired already, before it or after it. */
export function belongsTo(
  firing: Firing,
  sight: Pick<Sight, 'place' | 'takenAt'>,
  gapMinutes: number,
): boolean {
  const gap = gapMinutes * 60_000;
  const at = sight.takenAt.getTime();
  return (
    firing.place === sight.place &&
    at >= firing.firstAt.getTime() - gap &&
    at <= firing.lastAt.getTime() + gap
  );
}
