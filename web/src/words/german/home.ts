import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const home: Words['home'] = {
  title: 'Übersicht',
  begin: 'Holen Sie Ihre ersten Bilder herein',
  beginAdvice:
    'Legen Sie Dateien irgendwo auf dieser Seite ab, geben Sie einen Link oder Ordner an, oder richten Sie einen Ort oder eine Kamera ein, wo immer wieder nachgesehen wird.',
  running: 'Läuft gerade',
  allImports: 'Alle Importe',
  allCameras: 'Alle Kameras',
  nothingRuns: 'Gerade läuft nichts.',
  attention: 'Braucht Aufmerksamkeit',
  allWell: 'Nichts wartet auf Sie.',
  partDown: (part) => `${part} antwortet nicht.`,
  importWaits: 'Ein Import wartet',
  cameraLost: 'Eine Kamera ist nicht zu sehen',
  cameraUnhealthy: 'Die Bilder einer Kamera sehen falsch aus',
  sourcePaused: 'Eine Quelle hat sich selbst angehalten',
  filesFailed: (count) => `${plural(count, 'Datei ist', 'Dateien sind')} fehlgeschlagen`,
  throughput: 'Durchsatz',
  throughputTold: 'Fertige Bilder je Sekunde in den letzten zwei Minuten',
  perSecond: 'Bilder je Sekunde',
  storage: 'Aufbewahrt',
  images: 'Bilder',
  originals: 'Originale',
  renditions: 'Renditions',
  failures: 'Fehlgeschlagene Dateien',
  imageLimit: 'Von den Bildern, die aufbewahrt werden dürfen',
  byteLimit: 'Von den Bytes, die aufbewahrt werden dürfen',
  usedOf: (used, most) => `${used} von ${most}`,
};
