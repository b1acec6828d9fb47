import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const trash: Words['trash'] = {
  title: 'Papierkorb',
  intro: 'Nicht mehr zu sehen, und jederzeit zurückzuholen, bis der Tag gekommen ist.',
  empty: 'Der Papierkorb ist leer',
  emptyAdvice:
    'Was in der Bibliothek weggelegt wird, liegt eine Weile hier, bevor es endgültig verschwindet.',
  chooseAll: 'Alle auswählen',
  chooseNone: 'Keine auswählen',
  restore: (count) => (count === 0 ? 'Zurückholen' : `${count} zurückholen`),
  restored: (count) => `${plural(count, 'Bild ist', 'Bilder sind')} wieder in der Bibliothek.`,
  by: { person: 'weggelegt', merged: 'zusammengelegt', purge: 'wird gelöscht' },
  until: (day) => `verschwindet am ${day}`,
  goesWithPurge: 'wird bald gelöscht',
  purgeTitle: 'Endgültig löschen',
  what: 'Was',
  fromTrash: 'Länger als das im Papierkorb',
  fromAll: 'Alles, was davor hinzukam',
  olderThan: 'Tage',
  look: 'Ansehen, was verschwinden würde',
  lookAdvice:
    'Zuerst ist jedes Bild zu sehen. Nichts verschwindet ohne Zustimmung, und auch dann lässt es sich eine Weile zurückholen.',
  nothingGoes: 'Nichts würde verschwinden.',
  wouldGo: (count, bytes) => `${plural(count, 'Bild würde', 'Bilder würden')} verschwinden, ${bytes}`,
  between: (from, to) => `Hinzugekommen zwischen ${from} und ${to}.`,
  notAll: 'Es gibt mehr; das übrige nimmt ein weiteres Löschen.',
  takesMost: 'Ja, das meiste von allem',
  goAhead: (count) => `${count} endgültig löschen`,
  approved: (count) => `${plural(count, 'Bild wird', 'Bilder werden')} gelöscht.`,
  purges: 'Endgültig gelöscht',
  states: {
    listed: 'Nur aufgelistet',
    approved: 'Wird bald gelöscht',
    hidden: 'Nicht mehr zu sehen',
    deleting: 'Wird gelöscht',
    completed: 'Gelöscht',
    undone: 'Zurückgeholt',
  },
  ofImages: (count, bytes) => `${plural(count, 'Bild', 'Bilder')}, ${bytes}`,
  undoUntil: (time) => `lässt sich bis ${time} zurückholen`,
  freed: (count, bytes) => `${count} gelöscht, ${bytes} frei geworden`,
  putBack: 'Zurückholen',
  puttingBack: 'Alles wird zurückgeholt.',
};
