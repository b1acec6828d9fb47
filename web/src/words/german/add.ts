import type { Words } from '../english.ts';

export const add: Words['add'] = {
  title: 'Bilder hinzufügen',
  intro: 'Dasselbe Bild wird nur einmal aufbewahrt, so oft es auch kommt.',
  fromHere: 'Von diesem Computer',
  fromElsewhere: 'Von woanders',
  addressLabel: 'Ein Link oder ein Ordner',
  addressExample: 'https://… oder /home/ich/fotos',
  addressHint:
    'Ein Web-Verzeichnis, ein geteilter Link von Drive oder Dropbox, s3://, sftp:// und mehr, oder ein Pfad auf dem Rechner, auf dem Tributary läuft.',
  start: 'Start',
  starting: 'Beginnt …',
};
