import type { Words } from '../english.ts';
import { pluralIn } from '../plural.ts';

const plural = pluralIn('de');

export const reports: Words['reports'] = {
  title: 'Berichte',
  intro: 'Gezählt in unabhängigen Nachweisen: Dieselbe Art am selben Ort zählt erst nach einer Weile wieder.',
  from: 'Von',
  to: 'Bis',
  interval: 'Minuten zwischen Nachweisen',
  activity: 'Aktivität nach Tageszeit',
  hour: 'Stunde',
  activityTold: 'Nachweise nach Stunde des Tages, eine Linie je Art',
  nothingSeen: 'Auf diesen Bildern wurde noch nichts gesehen.',
  richness: 'Arten nach Ort',
  noPlace: 'Ohne Ort',
  species: (count) => plural(count, 'Art', 'Arten'),
  effort: 'Wie lange Kameras hinsahen',
  noEffort: 'In dieser Zeit sah keine Kamera hin.',
  cameraDays: (days) => `${days} Kameratage zusammen`,
  cameras: (count) => plural(count, 'Kamera', 'Kameras'),
};
