import type { Words } from '../english.ts';

export const library: Words['library'] = {
  title: 'Bibliothek',
};
