import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

export const reports = {
  title: 'Reports',
  intro: 'Counted in independent records: the same kind at the same place counts again after a while only.',
  from: 'From',
  to: 'Until',
  interval: 'Minutes between records',
  activity: 'Activity by the hour of the day',
  hour: 'Hour',
  activityTold: 'Records by the hour of the day, a line for each kind',
  nothingSeen: 'Nothing was seen in these images yet.',
  richness: 'Species by place',
  noPlace: 'Without a place',
  species: (count: number) => plural(count, 'species', 'species'),
  effort: 'How long cameras looked',
  noEffort: 'No camera looked in this time.',
  cameraDays: (days: string) => `${days} days of cameras together`,
  cameras: (count: number) => plural(count, 'camera', 'cameras'),
};
