import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const add: Words['add'] = {
  title: 'Bilder hinzufügen',
  intro: 'Dasselbe Bild wird nur einmal aufbewahrt, so oft es auch kommt.',
  fromHere: 'Von diesem Computer',
  fromHereHint:
    'Zip-Archive werden entpackt. Ein gestörtes Netz kostet nichts: Große Dateien gehen dort weiter, wo sie stehen blieben.',
  fromElsewhere: 'Von woanders',
  addressLabel: 'Ein Link oder ein Ordner',
  addressExample: 'https://… oder /home/ich/fotos',
  addressHint:
    'Ein Web-Verzeichnis, ein geteilter Link von Drive oder Dropbox, s3://, sftp://, ftp://, webdav://, rtsp:// einer Kamera, oder ein Pfad auf dem Rechner, auf dem Tributary läuft.',
  cameraHint: 'Das ist eine Kamera: Sie wird erst eingerichtet und dann angesehen.',
  start: 'Start',
  starting: 'Beginnt …',
  look: 'Erst ansehen',
  looking: 'Sieht nach …',
  toCamera: 'Kamera einrichten',
  loginTitle: 'Dort wird gefragt, wer Sie sind',
  previewTitle: 'Was dort ist',
  isA: (title) => `${title}:`,
  nothingThere: 'Dort sind keine Dateien.',
  willBring: (count) => `${plural(count, 'Datei wird', 'Dateien werden')} hereingeholt.`,
  willBringMore: (count) =>
    `${plural(count, 'Datei', 'Dateien')} im ersten Teil des Verzeichnisses und weitere danach werden hereingeholt.`,
  willSkip: (count) => `${plural(count, 'andere bleibt', 'andere bleiben')} außen vor: keine Bilder.`,
  firstFiles: 'Die ersten Dateien',
  leftOut: 'ausgelassen',
  andMore: (count) => `und ${count} weitere`,
};
