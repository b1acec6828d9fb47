import assert from 'node:assert/strict';
import { createGeofence } from '../../../detection/species/geofence.ts';
import { namePicture } from '../../../detection/species/nameBox.ts';
import type { Knowledge } from '../../../detection/species/rollUp.ts';
import { createTaxonomy } from '../../../detection/species/taxonomy.ts';
import { categoryOf, imagePrediction } from '../../../domain/prediction.ts';
import { SPECIAL } from '../../../domain/taxon.ts';
import { ARCTIC_FOX, CANIDAE, CARNIVORA, LYNX } from './labels.ts';

const knowledge: Knowledge = {
  taxonomy: createTaxonomy([ARCTIC_FOX, LYNX, CANIDAE, CARNIVORA]),
  geofence: createGeofence({ 'mammalia;carnivora;canidae;vulpes;lagopus': { allow: { NOR: [] } } }),
};
const NORWAY = { country: 'NOR', admin1: null };
const KENYA = { country: 'KEN', admin1: null };

type Answers = readonly (readonly [label: string, score: number])[];

/** What a classifier says of a whole picture, and what follows: a label, how, and what a box would be called. */
const ROWS: readonly {
  what: string;
  answers: Answers;
  at?: typeof NORWAY;
  label: string;
  source: string;
  category: string | null;
}[] = [
  { what: 'sure', answers: [[ARCTIC_FOX, 0.9]], label: ARCTIC_FOX, source: 'classifier', category: 'animal' },
  {
    what: 'not sure enough without a box, but of its kin',
    answers: [
      [ARCTIC_FOX, 0.7],
      [LYNX, 0.2],
    ],
    label: CANIDAE,
    source: 'classifier+rollup_to_family',
    category: 'animal',
  },
  {
    what: 'sure of what cannot be there',
    answers: [
      [ARCTIC_FOX, 0.9],
      [LYNX, 0.05],
    ],
    at: KENYA,
    label: CANIDAE,
    source: 'classifier+geofence+rollup_to_family',
    category: 'animal',
  },
  {
    what: 'nothing',
    answers: [[SPECIAL.blank, 0.6]],
    label: SPECIAL.blank,
    source: 'classifier',
    category: null,
  },
  {
    what: 'somebody',
    answers: [[SPECIAL.human, 0.6]],
    label: SPECIAL.human,
    source: 'classifier',
    category: 'person',
  },
  {
    what: 'a car',
    answers: [[SPECIAL.vehicle, 0.6]],
    label: SPECIAL.vehicle,
    source: 'classifier',
    category: 'vehicle',
  },
  {
    what: 'a car, perhaps',
    answers: [[SPECIAL.vehicle, 0.5]],
    label: SPECIAL.unknown,
    source: 'classifier',
    category: null,
  },
  {
    what: 'hardly anything',
    answers: [
      [SPECIAL.blank, 0.4],
      [ARCTIC_FOX, 0.3],
    ],
    label: SPECIAL.unknown,
    source: 'classifier',
    category: null,
  },
];

describe('a picture in which the detector found nothing', () => {
  for (const { what, answers, at = NORWAY, label, source, category } of ROWS) {
    it(`${what}: ${category ?? 'nothing'}`, () => {
      const given = answers.map(([one, score]) => ({ label: one, score }));
      const found = namePicture(knowledge, given, at, 0.5);
      assert.deepEqual([found?.label, found?.source], [label, source]);
      assert.equal(categoryOf(found!.label), category);
    });
  }

  it('plain names: only one that is as sure as its manifest asks for', () => {
    const named = (score: number) => namePicture(null, [{ label: 'red fox', score }], NORWAY, 0.5);
    assert.equal(named(0.49), null);
    assert.deepEqual(named(0.5), { label: 'red fox', score: 0.5, source: 'classifier' });
    assert.equal(namePicture(null, [], NORWAY, 0.5), null);
    assert.deepEqual(
      ['red fox', 'Person', 'vehicle', 'empty', SPECIAL.human, SPECIAL.vehicle].map(categoryOf),
      ['animal', 'person', 'vehicle', null, 'person', 'vehicle'],
    );
  });

  it('shows what is said of all of it only where no box is shown, and nobody says that there is nothing', () => {
    const whole = { label: LYNX, score: 0.9, source: 'classifier', classifier: 'a@1' } as const;
    const box = { origin: 'machine', label: 'vehicle', score: 0.8, prediction: null } as const;
    assert.equal(imagePrediction([], false, whole), whole);
    assert.equal(imagePrediction([], true, whole).label, SPECIAL.blank);
    assert.equal(imagePrediction([box], false, whole).label, SPECIAL.vehicle);
    assert.equal(imagePrediction([], false, null).label, SPECIAL.blank);
  });
});
