import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

/** Texts of the queue of what models saw. */
export const review = {
  title: 'Review',
  intro: 'What models saw and nobody judged yet, sequence by sequence. One key for each decision.',
  waiting: (count: number) => `${plural(count, 'image waits', 'images wait')}`,
  nothing: 'Nothing waits for you',
  nothingAdvice: 'When a model sees something in new images, they appear here, to be confirmed or corrected.',
  onlyPutOff: (count: number) => `You put off ${plural(count, 'image', 'images')}`,
  again: 'Look at them again',
  toLibrary: 'What is to be seen',
  right: 'Right',
  wrong: 'Not there',
  nothingHere: 'Nothing here',
  later: 'Later',
  back: 'Take back',
  undone: 'Taken back.',
  allRight: (count: number) => `All ${count} are right`,
  allNothing: (count: number) => `Nothing in all ${count}`,
  itIs: 'It is something else',
  sequence: (count: number) => `Sequence of ${plural(count, 'image', 'images')}`,
  doneImage: (name: string) => `${name}, decided`,
  decidedAll: (count: number) => `${plural(count, 'image', 'images')} decided.`,
  keys: [
    ['c', 'the box is right'],
    ['x', 'there is no such thing'],
    ['1 … 9', 'it is something else, as listed'],
    ['n', 'nothing here'],
    ['s →', 'later'],
    ['u', 'take the last decision back'],
    ['⇧ C', 'everything in the sequence is right'],
    ['⇧ N', 'nothing in the whole sequence'],
    ['j k', 'next and previous box'],
    ['e a m', 'say what it is, add a box, move the box'],
    ['+ − 0', 'larger, smaller, fit'],
  ] as readonly (readonly [string, string])[],
};
