import { kindOf, levelOf, parseLabel } from '../taxon.ts';

/**
 * Whether the first label stands for a wider group that the second belongs to, as `felidae` and `animal` do for a lynx.
 * A label that is not of a taxonomy is nobody's kin but `animal`'s.
 */
export function includes(wider: string, narrower: string): boolean {
  if (wider === narrower || !isAnimal(wider) || !isAnimal(narrower)) return false;
  if (kindOf(wider) === 'animal') return true;
  if (wider.split(';').length !== 7 || narrower.split(';').length !== 7) return false;
  const [wide, narrow] = [parseLabel(wider).ranks, parseLabel(narrower).ranks];
  return (
    wide.some((rank, i) => rank !== narrow[i]) && wide.every((rank, i) => rank === '' || rank === narrow[i])
  );
}

/** Labels without those that another of them says more precisely. */
export function narrowest(labels: Iterable<string>): string[] {
  const all = [...new Set(labels)];
  return all.filter((label) => !all.some((other) => includes(label, other)));
}

/** Whether a label says that an animal was there, whichever. */
export function isAnimal(label: string): boolean {
  const kind = kindOf(label);
  return kind === 'animal' || kind === 'taxon';
}

/** Whether a label names one species, or is the plain name of a kind from a list without taxonomy. */
export function namesSpecies(label: string): boolean {
  if (!isAnimal(label)) return false;
  return label.split(';').length !== 7 || levelOf(label) === 'species';
}
