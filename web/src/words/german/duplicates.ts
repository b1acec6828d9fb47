import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const duplicates: Words['duplicates'] = {
  title: 'Doppelte',
  intro:
    'Bilder, die sich gleichen. Eines bleibt, die anderen kommen in den Papierkorb; was dem einen fehlt, wird übernommen.',
  distance: 'Wie ähnlich',
  distances: {
    0: 'genau gleich',
    2: 'kaum ein Unterschied',
    4: 'dasselbe, neu gespeichert',
    6: 'dasselbe, bearbeitet',
    8: 'sehr ähnlich',
    10: 'ähnlich',
  },
  none: 'Keine zwei Bilder gleichen sich',
  noneAdvice:
    'Dieselben Bytes werden ohnehin nur einmal aufbewahrt. Neu gespeicherte, verkleinerte oder bearbeitete Bilder wären hier.',
  groups: (count) => plural(count, 'Gruppe', 'Gruppen'),
  alike: (count) => `${plural(count, 'Bild', 'Bilder')}, die sich gleichen`,
  differing: (what) => `verschieden in ${what}`,
  fields: {
    dimensions: 'Pixeln',
    size: 'Bytes',
    format: 'Format',
    captured_at: 'Zeit',
    camera: 'Kamera',
    location: 'Position',
    name: 'Namen',
  },
  noTime: 'Zeit nicht bekannt',
  keep: 'behalten',
  keepBest: 'behalten (das beste)',
  keepImage: (name) => `${name} behalten`,
  remove: 'Papierkorb',
  removeImage: (name) => `${name} in den Papierkorb legen`,
  compare: (distance) => `vergleichen (${distance})`,
  compareWith: (name) => `Mit ${name} vergleichen`,
  merge: (count) => `Eines behalten, ${count} in den Papierkorb`,
  merged: (count) => `${plural(count, 'Bild', 'Bilder')} in den Papierkorb gelegt.`,
  dismiss: 'Nicht doppelt',
  dismissed: 'Sie werden nicht mehr als doppelt gezeigt.',
};
