import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

/** Texts of pictures that look alike. */
export const duplicates = {
  title: 'Duplicates',
  intro:
    'Pictures that look alike. Keep one, and put the others into the trash; what the kept one lacks is taken over.',
  distance: 'How alike',
  distances: {
    0: 'exactly',
    2: 'hardly any difference',
    4: 'the same, saved again',
    6: 'the same, edited',
    8: 'very alike',
    10: 'alike',
  } as Readonly<Record<number, string>>,
  none: 'No two pictures look alike',
  noneAdvice:
    'The same bytes are kept once in any case. Pictures that were saved again, scaled or edited would be here.',
  groups: (count: number) => plural(count, 'group', 'groups'),
  alike: (count: number) => `${plural(count, 'picture', 'pictures')} that look alike`,
  differing: (what: string) => `differ in ${what}`,
  fields: {
    dimensions: 'pixels',
    size: 'bytes',
    format: 'format',
    captured_at: 'time',
    camera: 'camera',
    location: 'position',
    name: 'name',
  },
  noTime: 'time not known',
  keep: 'keep',
  keepBest: 'keep (the best)',
  keepImage: (name: string) => `Keep ${name}`,
  remove: 'trash',
  removeImage: (name: string) => `Put ${name} into the trash`,
  compare: (distance: number) => `compare (${distance})`,
  compareWith: (name: string) => `Compare with ${name}`,
  merge: (count: number) => `Keep one, ${count} into the trash`,
  merged: (count: number) => `${plural(count, 'picture', 'pictures')} put into the trash.`,
  dismiss: 'No duplicates',
  dismissed: 'They are not shown as duplicates any more.',
};
