import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');
const REASONS: Readonly<Record<string, string>> = {
  no_time: 'niemand weiß, wann sie aufgenommen wurden',
  no_deployment: 'niemand weiß, wo sie aufgenommen wurden',
};

export const exports: Words['exports'] = {
  title: 'Exporte',
  intro: 'Was auf Bildern zu sehen ist, als Datei, die andere Programme lesen.',
  add: 'Neuer Export',
  empty: 'Noch keine Exporte',
  emptyAdvice:
    'Wählen Sie ein Format und welche Bilder; daraus wird eine Datei, die einige Tage aufbewahrt wird.',
  format: 'Format',
  formats: {
    csv: 'Tabelle (CSV)',
    megadetector: 'MegaDetector (JSON)',
    coco: 'COCO (JSON)',
    yolo: 'YOLO (zip)',
    camtrap_dp: 'Camtrap DP (zip)',
    darwin_core: 'Darwin Core (zip)',
  },
  formatHints: {
    csv: 'Eine Zeile je Rahmen, für Tabellenprogramme.',
    megadetector: 'Wie MegaDetector und Timelapse es schreiben.',
    coco: 'Zum Trainieren und Beurteilen von Detektoren.',
    yolo: 'Zum Trainieren von Detektoren der YOLO-Familie.',
    camtrap_dp: 'Der Standard für Wildkameradaten: Standorte, Medien, Beobachtungen.',
    darwin_core: 'Vorkommen von Arten, wie GBIF sie nimmt.',
  },
  project: 'Name des Projekts',
  design: 'Stichprobenplan',
  designs: {
    simpleRandom: 'einfach zufällig',
    systematicRandom: 'systematisch zufällig',
    clusteredRandom: 'geklumpt zufällig',
    experimental: 'experimentell',
    targeted: 'gezielt',
    opportunistic: 'gelegentlich',
  },
  label: 'Nur mit',
  labelHint: 'Eine Bezeichnung wie animal oder eine Art; leer: alles.',
  from: 'Aufgenommen von',
  to: 'bis',
  sure: 'Rahmen ab diesem Wert',
  sureHint: 'Zwischen 0 und 1; leer: wie die Modelle eingestellt sind.',
  begin: 'Datei erstellen',
  begun: 'Der Export hat begonnen.',
  images: (count) => plural(count, 'Bild', 'Bilder'),
  until: (when) => `aufbewahrt bis ${when}`,
  states: {
    pending: 'Beginnt',
    collecting: 'Sammelt',
    writing: 'Schreibt',
    completed: 'Fertig',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
    expired: 'Datei gelöscht',
  },
  progress: 'Gesammelte Bilder',
  leftOut: (count, why) => `${count} ausgelassen: ${REASONS[why] ?? why}.`,
  download: 'Herunterladen',
  drop: 'Datei löschen',
  dropped: 'Die Datei ist gelöscht.',
  cancel: 'Abbrechen',
};
