import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const failures: Words['failures'] = {
  title: 'Fehler',
  intro:
    'Was so oft versucht wurde, wie es die Regeln erlauben, und doch fehlschlug, nach Grund. Nichts davon ist verloren.',
  empty: 'Nichts ist fehlgeschlagen',
  emptyAdvice:
    'Dateien, die sich nicht hereinholen lassen, sammeln sich hier nach Grund, mit dem, was jeweils zu tun ist.',
  retryAll: 'Alle erneut versuchen',
  retry: 'Erneut versuchen',
  files: 'Dateien',
  more: 'Mehr zeigen',
  all: 'Alle Gründe, die es gibt',
  allHint: (count) => `${plural(count, 'Grund', 'Gründe')}, mit dem, was jeweils zu tun ist`,
  seek: 'Gründe durchsuchen',
};
