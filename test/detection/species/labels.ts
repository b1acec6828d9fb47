import type { GeofenceRules } from '../../../detection/species/geofence.ts';

/** A small tree of life, in the form of a classifier's list of labels. UUIDs are made from the number. */
const label = (n: number, rest: string): string =>
  `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000;${rest}`;

export const RED_FOX = label(1, 'mammalia;carnivora;canidae;vulpes;vulpes;red fox');
export const ARCTIC_FOX = label(2, 'mammalia;carnivora;canidae;vulpes;lagopus;arctic fox');
export const VULPES = label(3, 'mammalia;carnivora;canidae;vulpes;;vulpes species');
export const WOLF = label(4, 'mammalia;carnivora;canidae;canis;lupus;grey wolf');
export const CANIDAE = label(5, 'mammalia;carnivora;canidae;;;canid family');
export const LYNX = label(6, 'mammalia;carnivora;felidae;lynx;lynx;eurasian lynx');
export const CARNIVORA = label(7, 'mammalia;carnivora;;;;carnivorous mammal');
export const ROE_DEER = label(8, 'mammalia;cetartiodactyla;cervidae;capreolus;capreolus;european roe deer');
export const MAMMALIA = label(9, 'mammalia;;;;;mammal');
export const BLACKBIRD = label(10, 'aves;passeriformes;turdidae;turdus;merula;common blackbird');
export const AVES = label(11, 'aves;;;;;bird');

export const LABELS = [
  ...[RED_FOX, ARCTIC_FOX, VULPES, WOLF, CANIDAE, LYNX, CARNIVORA, ROE_DEER, MAMMALIA, BLACKBIRD, AVES],
];

/** The arctic fox lives in some countries only, the roe deer everywhere but in the USA, canids not in Antarctica. */
export const RULES: GeofenceRules = {
  'mammalia;carnivora;canidae;vulpes;lagopus': { allow: { NOR: [], USA: ['AK'], CAN: ['YT'] } },
  'mammalia;cetartiodactyla;cervidae;capreolus;capreolus': { block: { USA: [], DEU: ['HH'] } },
  'mammalia;carnivora;canidae;;': { block: { ATA: [] } },
  'mammalia;carnivora;canidae;vulpes;vulpes': { block: { USA: ['HI'], ATA: [] } },
  'mammalia;carnivora;canidae;canis;lupus': {},
};
