import type { DetectionLabel } from './detection.ts';
import { SPECIAL } from './taxon.ts';

const LABELS: Readonly<Record<string, DetectionLabel>> = {
  animal: 'animal',
  animals: 'animal',
  person: 'person',
  people: 'person',
  human: 'person',
  vehicle: 'vehicle',
  vehicles: 'vehicle',
  car: 'vehicle',
};
const NOTHING: ReadonlySet<string> = new Set(['empty', 'blank', 'none', 'false trigger']);

export interface Meaning {
  label: DetectionLabel;
  /** Which kind of animal, where the category says more than that. */
  species: string | null;
}

/** What a category of a detector or of another program stands for. `null`: for nothing to be seen. Names that say no more are animals'. */
export function meaningOf(name: string): Meaning | null {
  const plain = name.trim().toLowerCase();
  if (NOTHING.has(plain)) return null;
  const label = Object.hasOwn(LABELS, plain) ? LABELS[plain] : undefined;
  return label === undefined ? { label: 'animal', species: name.trim() } : { label, species: null };
}

/** What a box is called where surveys count: the name of its kind, or what is special about it. */
export function surveyLabel(name: string): string {
  const meaning = meaningOf(name);
  if (meaning === null) return SPECIAL.blank;
  return meaning.species ?? SPECIAL[meaning.label === 'person' ? 'human' : meaning.label];
}
