import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const review: Words['review'] = {
  title: 'Durchsicht',
  intro:
    'Was Modelle gesehen haben und noch niemand beurteilt hat, Serie für Serie. Eine Taste je Entscheidung.',
  waiting: (count) => `${plural(count, 'Bild wartet', 'Bilder warten')}`,
  nothing: 'Nichts wartet',
  nothingAdvice:
    'Sieht ein Modell etwas in neuen Bildern, erscheinen sie hier, um bestätigt oder berichtigt zu werden.',
  onlyPutOff: (count) => `${plural(count, 'Bild', 'Bilder')} aufgeschoben`,
  again: 'Noch einmal ansehen',
  toLibrary: 'Was zu sehen ist',
  right: 'Richtig',
  wrong: 'Nicht da',
  nothingHere: 'Hier ist nichts',
  later: 'Später',
  back: 'Zurücknehmen',
  undone: 'Zurückgenommen.',
  allRight: (count) => `Alle ${count} sind richtig`,
  allNothing: (count) => `In allen ${count} ist nichts`,
  itIs: 'Es ist etwas anderes',
  sequence: (count) => `Serie aus ${plural(count, 'Bild', 'Bildern')}`,
  doneImage: (name) => `${name}, entschieden`,
  decidedAll: (count) => `${plural(count, 'Bild', 'Bilder')} entschieden.`,
  keys: [
    ['c', 'der Rahmen ist richtig'],
    ['x', 'so etwas ist da nicht'],
    ['1 … 9', 'es ist etwas anderes, wie aufgeführt'],
    ['n', 'hier ist nichts'],
    ['s →', 'später'],
    ['u', 'die letzte Entscheidung zurücknehmen'],
    ['⇧ C', 'alles in der Serie ist richtig'],
    ['⇧ N', 'in der ganzen Serie ist nichts'],
    ['j k', 'nächster und voriger Rahmen'],
    ['e a m', 'sagen, was es ist; Rahmen hinzufügen; Rahmen bewegen'],
    ['+ − 0', 'größer, kleiner, einpassen'],
  ],
};
