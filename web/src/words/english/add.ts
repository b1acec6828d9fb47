import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

export const add = {
  title: 'Add images',
  intro: 'The same image is kept only once, however often it comes.',
  fromHere: 'From this computer',
  fromHereHint:
    'Zip archives are unpacked. A broken network costs nothing: large files go on where they stopped.',
  fromElsewhere: 'From somewhere else',
  addressLabel: 'A link or a folder',
  addressExample: 'https://… or /home/me/photos',
  addressHint:
    'A web directory, a shared link of Drive or Dropbox, s3://, sftp://, ftp://, webdav://, rtsp:// of a camera, or a path on the machine that runs Tributary.',
  cameraHint: 'This is a camera: it is set up first, and then looked at.',
  start: 'Start',
  starting: 'Starting …',
  look: 'Look first',
  looking: 'Looking …',
  toCamera: 'Set up the camera',
  loginTitle: 'It asks who you are',
  previewTitle: 'What is there',
  isA: (title: string) => `${title}:`,
  nothingThere: 'No files are there.',
  willBring: (count: number) => `${plural(count, 'file', 'files')} will be brought in.`,
  willBringMore: (count: number) =>
    `${plural(count, 'file', 'files')} in the first part of the listing, and more after it, will be brought in.`,
  willSkip: (count: number) => `${plural(count, 'other', 'others')} will be left out: not images.`,
  firstFiles: 'The first files',
  leftOut: 'left out',
  andMore: (count: string) => `and ${count} more`,
};
