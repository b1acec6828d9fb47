import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

/** Texts of the trash and of what is deleted for good. */
export const trash = {
  title: 'Trash',
  intro: 'Out of sight, and back whenever you like until its day has come.',
  empty: 'The trash is empty',
  emptyAdvice: 'What you put away in the library lies here for a while before it is gone for good.',
  chooseAll: 'Choose all',
  chooseNone: 'Choose none',
  restore: (count: number) => (count === 0 ? 'Put back' : `Put ${count} back`),
  restored: (count: number) => `${plural(count, 'image is', 'images are')} back in the library.`,
  by: { person: 'put away', merged: 'merged', purge: 'to be deleted' },
  until: (day: string) => `goes on ${day}`,
  goesWithPurge: 'about to be deleted',
  purgeTitle: 'Delete for good',
  what: 'What',
  fromTrash: 'In the trash longer than that',
  fromAll: 'Everything that was added before that',
  olderThan: 'Days',
  look: 'See what would go',
  lookAdvice:
    'You see every picture first. Nothing goes until you say so, and then it can still be put back for a while.',
  nothingGoes: 'Nothing would go.',
  wouldGo: (count: number, bytes: string) => `${plural(count, 'image', 'images')} would go, ${bytes}`,
  between: (from: string, to: string) => `Added between ${from} and ${to}.`,
  notAll: 'There are more; another purge takes them.',
  takesMost: 'Yes, most of what there is',
  goAhead: (count: string) => `Delete ${count} for good`,
  approved: (count: number) => `${plural(count, 'image is', 'images are')} being deleted.`,
  purges: 'Deleted for good',
  states: {
    listed: 'Only listed',
    approved: 'About to go',
    hidden: 'Out of sight',
    deleting: 'Being deleted',
    completed: 'Gone',
    undone: 'Put back',
  },
  ofImages: (count: number, bytes: string) => `${plural(count, 'image', 'images')}, ${bytes}`,
  undoUntil: (time: string) => `can be put back until ${time}`,
  freed: (count: string, bytes: string) => `${count} deleted, ${bytes} freed`,
  putBack: 'Put back',
  puttingBack: 'Everything is being put back.',
};
