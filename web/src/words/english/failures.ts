import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

export const failures = {
  title: 'Failures',
  intro: 'What was tried as often as the rules allow and still failed, by reason. Nothing of it is lost.',
  empty: 'Nothing failed',
  emptyAdvice: 'Files that cannot be brought in are gathered here by reason, with what to do about each.',
  retryAll: 'Try all again',
  retry: 'Try again',
  files: 'Files',
  more: 'Show more',
  all: 'Every reason there is',
  allHint: (count: number) => `${plural(count, 'reason', 'reasons')}, with what to do about each`,
  seek: 'Search the reasons',
};
