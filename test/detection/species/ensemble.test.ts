import assert from 'node:assert/strict';
import fc from 'fast-check';
import { combine } from '../../../detection/species/ensemble.ts';
import { createGeofence, type Place } from '../../../detection/species/geofence.ts';
import type { Knowledge } from '../../../detection/species/rollUp.ts';
import { createTaxonomy, placeOf } from '../../../detection/species/taxonomy.ts';
import { type Classification, DETECTION_LABELS, type DetectionLabel } from '../../../domain/detection.ts';
import type { PredictionSource } from '../../../domain/prediction.ts';
import { kindOf, parseLabel, SPECIAL } from '../../../domain/taxon.ts';
import {
  ARCTIC_FOX,
  BLACKBIRD,
  CANIDAE,
  CARNIVORA,
  LABELS,
  LYNX,
  MAMMALIA,
  RED_FOX,
  ROE_DEER,
  RULES,
  VULPES,
  WOLF,
} from './labels.ts';

const knowledge: Knowledge = { taxonomy: createTaxonomy(LABELS), geofence: createGeofence(RULES) };
const ANYWHERE: Place = { country: null, admin1: null };
const GERMANY: Place = { country: 'DEU', admin1: null };
const ANTARCTICA: Place = { country: 'ATA', admin1: null };

const { blank, animal, human, vehicle, unknown } = SPECIAL;
type Row = [
  what: string,
  box: [DetectionLabel, number] | null,
  classifications: [string, number][],
  place: Place,
  label: string,
  score: number,
  source: PredictionSource,
];

describe('species ensemble', () => {
  const rows: readonly Row[] = [
    ['1a: a sure person', ['person', 0.71], [[RED_FOX, 0.99]], ANYWHERE, human, 0.71, 'detector'],
    ['1a is above 0.7, not at it', ['person', 0.7], [[RED_FOX, 0.99]], ANYWHERE, RED_FOX, 0.99, 'classifier'],
    [
      '1b: a likely person, classified so',
      ['person', 0.21],
      [[human, 0.51]],
      ANYWHERE,
      human,
      0.51,
      'classifier',
    ],
    [
      '1b: a likely person, classified as a vehicle',
      ['person', 0.21],
      [[vehicle, 0.51]],
      ANYWHERE,
      human,
      0.51,
      'classifier',
    ],
    ['1b is above 0.2', ['person', 0.2], [[vehicle, 0.51]], ANYWHERE, unknown, 0.51, 'classifier'],
    ['1b is above 0.5', ['person', 0.6], [[vehicle, 0.5]], ANYWHERE, unknown, 0.5, 'classifier'],
    [
      '2a: a vehicle, classified as a human',
      ['vehicle', 0.21],
      [[human, 0.51]],
      ANYWHERE,
      human,
      0.51,
      'classifier',
    ],
    ['2a comes before 2b', ['vehicle', 0.99], [[human, 0.51]], ANYWHERE, human, 0.51, 'classifier'],
    ['2b: a sure vehicle', ['vehicle', 0.71], [[RED_FOX, 0.99]], ANYWHERE, vehicle, 0.71, 'detector'],
    ['2b is above 0.7', ['vehicle', 0.7], [[vehicle, 0.4]], ANYWHERE, unknown, 0.4, 'classifier'],
    [
      '2c: a likely vehicle, classified so',
      ['vehicle', 0.21],
      [[vehicle, 0.41]],
      ANYWHERE,
      vehicle,
      0.41,
      'classifier',
    ],
    ['2c is above 0.2', ['vehicle', 0.2], [[vehicle, 0.9]], ANYWHERE, unknown, 0.9, 'classifier'],
    ['3a: nothing found, classified as blank', null, [[blank, 0.51]], ANYWHERE, blank, 0.51, 'classifier'],
    ['3a: hardly anything found', ['animal', 0.19], [[blank, 0.51]], ANYWHERE, blank, 0.51, 'classifier'],
    ['3a is below 0.2', ['animal', 0.2], [[blank, 0.9]], ANYWHERE, unknown, 0.9, 'classifier'],
    ['3a is above 0.5', null, [[blank, 0.5]], ANYWHERE, unknown, 0.5, 'classifier'],
    [
      '3a of a person that is hardly there',
      ['person', 0.1],
      [[blank, 0.6]],
      ANYWHERE,
      blank,
      0.6,
      'classifier',
    ],
    ['3b: surely blank', ['animal', 0.95], [[blank, 0.991]], ANYWHERE, blank, 0.991, 'classifier'],
    ['3b is above 0.99', ['animal', 0.95], [[blank, 0.99]], ANYWHERE, animal, 0.95, 'detector'],
    ['4a: surely a fox', null, [[RED_FOX, 0.81]], ANYWHERE, RED_FOX, 0.81, 'classifier'],
    [
      '4a needs no box of an animal',
      ['vehicle', 0.6],
      [[RED_FOX, 0.81]],
      ANYWHERE,
      RED_FOX,
      0.81,
      'classifier',
    ],
    ['4a of a wide label', null, [[CANIDAE, 0.9]], ANYWHERE, CANIDAE, 0.9, 'classifier'],
    [
      '4b: likely a fox, and an animal',
      ['animal', 0.21],
      [[RED_FOX, 0.66]],
      ANYWHERE,
      RED_FOX,
      0.66,
      'classifier',
    ],
    [
      '4b needs the animal',
      ['vehicle', 0.3],
      [[RED_FOX, 0.66]],
      ANYWHERE,
      VULPES,
      0.66,
      'classifier+rollup_to_genus',
    ],
    [
      '4b is above 0.2',
      ['animal', 0.2],
      [[RED_FOX, 0.66]],
      ANYWHERE,
      VULPES,
      0.66,
      'classifier+rollup_to_genus',
    ],
    [
      '4a, geofenced: the family is not ruled out',
      null,
      [[ARCTIC_FOX, 0.9]],
      GERMANY,
      CANIDAE,
      0.9,
      'classifier+geofence+rollup_to_family',
    ],
    [
      '4b, geofenced',
      ['animal', 0.3],
      [[ARCTIC_FOX, 0.7]],
      GERMANY,
      CANIDAE,
      0.7,
      'classifier+geofence+rollup_to_family',
    ],
    [
      'geofenced: others of the family are added',
      null,
      [
        [ARCTIC_FOX, 0.85],
        [WOLF, 0.1],
      ],
      GERMANY,
      CANIDAE,
      0.95,
      'classifier+geofence+rollup_to_family',
    ],
    [
      'geofenced, and so is the family',
      null,
      [[RED_FOX, 0.9]],
      ANTARCTICA,
      CARNIVORA,
      0.9,
      'classifier+geofence+rollup_to_order',
    ],
    [
      'geofenced, and its family and order have no label',
      null,
      [[ROE_DEER, 0.9]],
      { country: 'USA', admin1: 'NY' },
      MAMMALIA,
      0.9,
      'classifier+geofence+rollup_to_class',
    ],
    [
      'not geofenced where the country is not known',
      null,
      [[ARCTIC_FOX, 0.9]],
      ANYWHERE,
      ARCTIC_FOX,
      0.9,
      'classifier',
    ],
    [
      '5a: to the genus',
      null,
      [
        [RED_FOX, 0.5],
        [ARCTIC_FOX, 0.2],
      ],
      ANYWHERE,
      VULPES,
      0.7,
      'classifier+rollup_to_genus',
    ],
    [
      '5a: to the family',
      null,
      [
        [RED_FOX, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      CANIDAE,
      0.7,
      'classifier+rollup_to_family',
    ],
    [
      '5a: to the order',
      null,
      [
        [LYNX, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      CARNIVORA,
      0.7,
      'classifier+rollup_to_order',
    ],
    [
      '5a: to the class',
      null,
      [
        [ROE_DEER, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      MAMMALIA,
      0.7,
      'classifier+rollup_to_class',
    ],
    [
      '5a: to the kingdom',
      null,
      [
        [BLACKBIRD, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      animal,
      0.7,
      'classifier+rollup_to_kingdom',
    ],
    [
      '5a: animal itself counts for the kingdom',
      null,
      [
        [animal, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      animal,
      0.7,
      'classifier+rollup_to_kingdom',
    ],
    [
      '5a leaves out what is geofenced',
      null,
      [
        [RED_FOX, 0.5],
        [WOLF, 0.2],
      ],
      ANTARCTICA,
      CARNIVORA,
      0.7,
      'classifier+rollup_to_order',
    ],
    ['5a is above 0.65', null, [[RED_FOX, 0.65]], ANYWHERE, unknown, 0.65, 'classifier'],
    [
      '5a does not count blanks',
      null,
      [
        [blank, 0.45],
        [RED_FOX, 0.3],
      ],
      ANYWHERE,
      unknown,
      0.45,
      'classifier',
    ],
    [
      '5a: a human belongs to the mammals',
      null,
      [
        [human, 0.4],
        [WOLF, 0.3],
      ],
      ANYWHERE,
      MAMMALIA,
      0.7,
      'classifier+rollup_to_class',
    ],
    [
      '5b: an animal of some kind',
      ['animal', 0.51],
      [
        [RED_FOX, 0.3],
        [BLACKBIRD, 0.2],
      ],
      ANYWHERE,
      animal,
      0.51,
      'detector',
    ],
    ['5b is above 0.5', ['animal', 0.5], [[RED_FOX, 0.3]], ANYWHERE, unknown, 0.3, 'classifier'],
    ['5b is for animals', ['person', 0.6], [[RED_FOX, 0.3]], ANYWHERE, unknown, 0.3, 'classifier'],
  ];
  for (const [what, box, given, place, label, score, source] of rows) {
    it(what, () => {
      const seen = box === null ? null : { label: box[0], score: box[1] };
      const classifications = given.map(([each, likely]) => ({ label: each, score: likely }));
      const found = combine(knowledge, seen, classifications, place);
      assert.equal(found.label, label);
      assert.equal(found.source, source);
      assert.ok(Math.abs(found.score - score) < 1e-9, `${found.score}`);
    });
  }

  it('is unknown when what is geofenced has nothing above it', () => {
    const bare: Knowledge = { ...knowledge, taxonomy: createTaxonomy([ARCTIC_FOX]), geofence: () => true };
    const found = combine(bare, null, [{ label: ARCTIC_FOX, score: 0.9 }], GERMANY);
    assert.deepEqual(found, { label: unknown, score: 0.9, source: 'classifier+geofence+rollup_failed' });
  });

  it('needs a classification, and labels', () => {
    assert.throws(() => combine(knowledge, null, [], ANYWHERE), RangeError);
    assert.throws(() => combine(knowledge, null, [{ label: 'fox', score: 0.9 }], GERMANY), /seven parts/);
  });

  describe('whatever is put in', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    const box = fc.option(fc.record({ label: fc.constantFrom(...DETECTION_LABELS), score }));
    // Best first, adding up to one at most, as a softmax gives them.
    const classifications = fc
      .tuple(
        fc.shuffledSubarray([...LABELS, blank, animal, human, vehicle], { minLength: 1, maxLength: 5 }),
        fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
      )
      .map(([labels, weights]) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return labels
          .map((label, i): Classification => ({ label, score: weights[i]! / total }))
          .sort((a, b) => b.score - a.score);
      });
    const sharper = fc
      .tuple(classifications, fc.double({ min: 1, max: 8, noNaN: true }))
      .map(([list, power]) => {
        const raised = list.map((each) => ({ ...each, score: each.score ** power }));
        const total = raised.reduce((sum, each) => sum + each.score, 0);
        return raised.map((each) => ({ ...each, score: each.score / total }));
      });
    const place = fc.record({
      country: fc.constantFrom(null, 'USA', 'DEU', 'NOR', 'ATA', 'CAN'),
      admin1: fc.constantFrom(null, 'AK', 'HI', 'TX', 'YT'),
    });
    const any = [box, fc.oneof(classifications, sharper), place] as const;

    it('never answers a species that cannot be there', () => {
      fc.assert(
        fc.property(...any, (seen, list, where) => {
          const found = combine(knowledge, seen, list, where);
          assert.equal(knowledge.geofence(found.label, where), false, found.label);
        }),
        { numRuns: 2_000 },
      );
    });

    it('never says more than the classifier did', () => {
      fc.assert(
        fc.property(...any, (seen, list, where) => {
          const { label, source } = combine(knowledge, seen, list, where);
          if (kindOf(label) !== 'taxon') return;
          const { ranks } = parseLabel(label);
          const said = list.some((each) =>
            ranks.every((rank, i) => rank === '' || rank === parseLabel(each.label).ranks[i]),
          );
          assert.ok(said, `${label} from ${list.map((each) => each.label).join(', ')}`);
          if (source === 'classifier') assert.equal(label, list[0]!.label);
        }),
        { numRuns: 2_000 },
      );
    });

    it('says how sure it is, and that is no more than all there is', () => {
      fc.assert(
        fc.property(...any, (seen, list, where) => {
          const found = combine(knowledge, seen, list, where);
          assert.ok(found.score >= 0 && found.score <= 1 + 1e-9, `${found.score}`);
          if (found.source.includes('rollup_to')) assert.ok(found.score > 0.65 - 1e-9);
          if (found.source === 'detector') assert.equal(found.score, seen!.score);
        }),
        { numRuns: 2_000 },
      );
    });

    it('rolls a label up to one of its own ancestors', () => {
      const levels = ['species', 'genus', 'family', 'order', 'class', 'kingdom'] as const;
      fc.assert(
        fc.property(fc.constantFrom(...LABELS), fc.constantFrom(...levels), (label, level) => {
          const ancestor = knowledge.taxonomy.ancestor(label, level);
          if (ancestor === null) return;
          const own = placeOf(label).split(';');
          const above = placeOf(ancestor).split(';');
          assert.ok(above.every((rank, i) => rank === '' || rank === own[i]));
          assert.equal(knowledge.taxonomy.ancestor(ancestor, level), ancestor);
        }),
      );
    });
  });
});
