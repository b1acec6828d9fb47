import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

export const home = {
  title: 'Home',
  begin: 'Bring your first images in',
  beginAdvice:
    'Drop files anywhere on this page, give a link or a folder, or set up a place or a camera that is looked at again and again.',
  running: 'Running now',
  allImports: 'All imports',
  allCameras: 'All cameras',
  nothingRuns: 'Nothing runs just now.',
  attention: 'Needs attention',
  allWell: 'Nothing waits for you.',
  partDown: (part: string) => `${part} does not answer.`,
  importWaits: 'An import waits',
  cameraLost: 'A camera is not seen',
  cameraUnhealthy: 'The pictures of a camera look wrong',
  sourcePaused: 'A source paused itself',
  filesFailed: (count: number) => `${plural(count, 'file', 'files')} failed`,
  throughput: 'Throughput',
  throughputTold: 'Images done each second in the last two minutes',
  perSecond: 'images a second',
  storage: 'Kept',
  images: 'Images',
  originals: 'Originals',
  renditions: 'Renditions',
  failures: 'Failed files',
  imageLimit: 'Of the images that may be kept',
  byteLimit: 'Of the bytes that may be kept',
  usedOf: (used: string, most: string) => `${used} of ${most}`,
};
