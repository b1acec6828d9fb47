export const add = {
  title: 'Add images',
  intro: 'The same image is kept only once, however often it comes.',
  fromHere: 'From this computer',
  fromElsewhere: 'From somewhere else',
  addressLabel: 'A link or a folder',
  addressExample: 'https://… or /home/me/photos',
  addressHint:
    'A web directory, a shared link of Drive or Dropbox, s3://, sftp:// and more, or a path on the machine that runs Tributary.',
  start: 'Start',
  starting: 'Starting …',
};
