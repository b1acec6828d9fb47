import { SPECIAL } from '../../../domain/taxon.ts';

const label = (n: number, rest: string): string => `0000000${n}-0000-4000-8000-000000000000;${rest}`;

export const FOX = label(1, 'mammalia;carnivora;canidae;vulpes;vulpes;red fox');
export const WOLF = label(2, 'mammalia;carnivora;canidae;canis;lupus;grey wolf');
export const CANIDAE = label(3, 'mammalia;carnivora;canidae;;;canid family');
export const BIRD = label(4, 'aves;;;;;bird');
export const BLACKBIRD = label(5, 'aves;passeriformes;turdidae;turdus;merula;common blackbird');
export const { animal: ANIMAL, blank: BLANK, human: HUMAN, vehicle: VEHICLE } = SPECIAL;
