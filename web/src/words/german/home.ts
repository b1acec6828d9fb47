import type { Words } from '../english.ts';

export const home: Words['home'] = {
  title: 'Übersicht',
  running: 'Läuft gerade',
  allImports: 'Alle Importe',
  nothingRuns: 'Gerade läuft nichts.',
};
