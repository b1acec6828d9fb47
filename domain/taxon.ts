/** Ranks below the kingdom, from the widest to the narrowest, as labels of species classifiers list them. */
export const RANKS = ['class', 'order', 'family', 'genus', 'species'] as const;
export type Rank = (typeof RANKS)[number];
/** Where a label can be rolled up to. */
export type Level = Rank | 'kingdom';

/** A label `uuid;class;order;family;genus;species;common name`, taken apart. */
export interface Label {
  uuid: string;
  /** Lower case, `''` where the label says nothing; in the order of `RANKS`. */
  ranks: readonly [string, string, string, string, string];
  commonName: string;
}

/** Labels that SpeciesNet gives a meaning of their own, by fixed UUIDs. */
export const SPECIAL = {
  blank: 'f1856211-cfb7-4a5b-9158-c0f72fd09ee6;;;;;;blank',
  animal: '1f689929-883d-4dae-958c-3d57ab5b6c16;;;;;;animal',
  human: '990ae9dd-7a59-4344-afcb-1b7b21368000;mammalia;primates;hominidae;homo;sapiens;human',
  vehicle: 'e2895ed5-780b-48f6-8a11-9e27cb594511;;;;;;vehicle',
  unknown:
    'f2efdae9-efb8-48fb-8a91-eccf79ab4ffb;no cv result;no cv result;no cv result;no cv result;no cv result;no cv result',
} as const;
export type Special = keyof typeof SPECIAL;

const KINDS: ReadonlyMap<string, Special> = new Map(
  Object.entries(SPECIAL).map(([kind, text]) => [text.slice(0, 36), kind as Special]),
);

/** @throws RangeError when it does not have seven parts */
export function parseLabel(text: string): Label {
  const parts = text.split(';');
  const [uuid, group, order, family, genus, species, commonName] = parts;
  if (
    parts.length !== 7 ||
    uuid === undefined ||
    group === undefined ||
    order === undefined ||
    family === undefined ||
    genus === undefined ||
    species === undefined ||
    commonName === undefined
  ) {
    throw new RangeError(
      `A label has the seven parts uuid;class;order;family;genus;species;common name. "${text.slice(0, 200)}" has ${parts.length}.`,
    );
  }
  return { uuid, ranks: [group, order, family, genus, species], commonName };
}

/** What a label stands for, by its UUID; everything that is not special is a kind of animal. */
export function kindOf(label: string): Special | 'taxon' {
  return KINDS.get(label.slice(0, 36)) ?? 'taxon';
}

/** How far down a label names its taxon. `null`: it names none (blank, vehicle, unknown). */
export function levelOf(label: string): Level | null {
  const kind = kindOf(label);
  if (kind === 'animal') return 'kingdom';
  if (kind !== 'taxon' && kind !== 'human') return null;
  const { ranks } = parseLabel(label);
  for (let i = RANKS.length - 1; i >= 0; i--) if (ranks[i] !== '') return RANKS[i] ?? null;
  return 'kingdom';
}

/** A taxon as collections and atlases write it. */
export interface Taxon {
  scientificName: string;
  rank: Level | 'subspecies';
  /** Capitalised, `null` where the label says nothing. */
  class: string | null;
  order: string | null;
  family: string | null;
  genus: string | null;
  commonName: string | null;
}

/** The taxon that a label names. `null`: it names none, or is not of this form. */
export function taxonOf(text: string): Taxon | null {
  if (text.split(';').length !== 7) return null;
  const level = levelOf(text);
  if (level === null) return null;
  const { ranks, commonName } = parseLabel(text);
  const [group, order, family, genus] = ranks.map((rank) => (rank === '' ? null : capital(rank)));
  const species = ranks[4];
  const names = [group, order, family, genus];
  const name = level === 'kingdom' ? 'Animalia' : (names.findLast((each) => each != null) ?? 'Animalia');
  return {
    // A species part of two words names a subspecies: "lupus dingo".
    scientificName: level === 'species' ? `${genus === null ? '' : `${genus} `}${species}` : name,
    rank: level === 'species' && species.includes(' ') ? 'subspecies' : level,
    class: group ?? null,
    order: order ?? null,
    family: family ?? null,
    genus: genus ?? null,
    commonName: commonName === '' ? null : commonName,
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
