import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const uploads: Words['uploads'] = {
  dropAnywhere: 'Dateien oder Ordner irgendwo ablegen',
  dropNow: 'Zum Hinzufügen loslassen',
  chooseFiles: 'Dateien wählen',
  chooseFolder: 'Ordner wählen',
  filesLabel: 'Bilddateien',
  folderLabel: 'Ein Ordner mit Bildern',
  progress: 'Hochladen',
  sendingNow: 'Wird gerade hochgeladen',
  sentOf: (done, total) => `${done} von ${plural(total, 'Datei', 'Dateien')} hochgeladen`,
  sent: (done) => `${plural(done, 'Datei', 'Dateien')} hochgeladen`,
  alreadyThere: (count) => `${count} schon vorhanden`,
  inWork: (count) => `${count} in Bearbeitung`,
  stop: 'Abbrechen',
  pause: 'Anhalten',
  goOn: 'Fortsetzen',
  paused: 'Angehalten',
  storing: 'wird gespeichert …',
  percent: (percent) => `${percent} %`,
  tryingAgain: 'Gleich ein neuer Versuch.',
  leftOut: (count) => `${plural(count, 'Datei', 'Dateien')} ausgelassen: keine Bilder.`,
  unread: (why) => `Ein Ordner ließ sich nicht bis zum Ende lesen: ${why}`,
  failedTitle: 'Fehlgeschlagene Uploads',
  notUploaded: (count) => `${plural(count, 'Datei', 'Dateien')} nicht hochgeladen`,
  retryAll: 'Alle erneut versuchen',
  retry: 'Erneut versuchen',
  dismiss: 'Ausblenden',
  andMore: (count) => `und ${count.toLocaleString('de')} weitere`,
  notUnderstood: 'Die Antwort war nicht zu verstehen.',
  gone: 'Die Datei ist nicht mehr lesbar. Vielleicht wurde sie verschoben, geändert oder gelöscht.',
  noImage: 'Daraus ließ sich kein Bild machen.',
  told: (done, total, failures) =>
    `${done} von ${plural(total, 'Datei', 'Dateien')} hochgeladen${failures === 0 ? '' : `, ${plural(failures, 'Fehler', 'Fehler')}`}.`,
  begun: (total) => `${plural(total, 'Datei wird', 'Dateien werden')} hochgeladen.`,
  keepOpen: 'Bitte die Seite offen lassen: Was noch nicht gesendet ist, ist nur hier.',
  safeToClose: 'Die Seite kann geschlossen werden: Alles ist angekommen und geht auch ohne sie weiter.',
  trayTitle: 'Uploads',
};
