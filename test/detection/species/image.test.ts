import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createGeofence } from '../../../detection/species/geofence.ts';
import { type ClassifiedBox, predictImage } from '../../../detection/species/image.ts';
import { createTaxonomy } from '../../../detection/species/taxonomy.ts';
import { DETECTION_LABELS, type DetectionLabel } from '../../../domain/detection.ts';
import { kindOf, SPECIAL } from '../../../domain/taxon.ts';
import { LABELS, LYNX, RED_FOX } from './labels.ts';

const knowledge = { taxonomy: createTaxonomy(LABELS), geofence: createGeofence(null) };
const somewhere = { country: null, admin1: null };
const { blank, animal, human, vehicle, unknown } = SPECIAL;

/** A box, and what a classifier said of it when it looked. */
type Given = [DetectionLabel, number, (readonly [string, number])?];
const boxOf = ([label, score, said]: Given): ClassifiedBox => ({
  ...{ label, score },
  classifications: said === undefined ? [] : [{ label: said[0], score: said[1] }],
});

describe('what a picture shows', () => {
  const rows: readonly [string, Given[], string[], string][] = [
    ['no box: nothing', [], [], blank],
    ['a fox', [['animal', 0.9, [RED_FOX, 0.9]]], [RED_FOX], RED_FOX],
    [
      'two kinds: the surer',
      [
        ['animal', 0.9, [RED_FOX, 0.85]],
        ['animal', 0.9, [LYNX, 0.95]],
      ],
      [RED_FOX, LYNX],
      LYNX,
    ],
    [
      'a person before an animal',
      [
        ['animal', 0.99, [RED_FOX, 0.99]],
        ['person', 0.75],
      ],
      [RED_FOX, human],
      human,
    ],
    [
      'a person before a vehicle',
      [
        ['vehicle', 0.99],
        ['person', 0.3],
      ],
      [vehicle, human],
      human,
    ],
    [
      'a vehicle before an animal',
      [
        ['animal', 0.99, [RED_FOX, 0.99]],
        ['vehicle', 0.3],
      ],
      [RED_FOX, vehicle],
      vehicle,
    ],
    [
      'an animal before a blank',
      [
        ['animal', 0.1, [blank, 0.9]],
        ['animal', 0.3],
      ],
      [blank, animal],
      animal,
    ],
    [
      'a fox before some animal',
      [
        ['animal', 0.95],
        ['animal', 0.3, [RED_FOX, 0.7]],
      ],
      [animal, RED_FOX],
      RED_FOX,
    ],
    [
      'doubt before a blank',
      [
        ['animal', 0.1, [blank, 0.9]],
        ['animal', 0.3, [RED_FOX, 0.2]],
      ],
      [blank, unknown],
      unknown,
    ],
    [
      'boxes that are all blank',
      [
        ['animal', 0.1, [blank, 0.9]],
        ['animal', 0.1, [blank, 0.6]],
      ],
      [blank, blank],
      blank,
    ],
    ['a box that no classifier saw is what the detector says', [['person', 0.25]], [human], human],
  ];
  for (const [what, boxes, each, whole] of rows) {
    it(what, () => {
      const found = predictImage(knowledge, boxes.map(boxOf), [], somewhere);
      assert.deepEqual(
        found.boxes.map(({ label }) => label),
        each,
      );
      assert.equal(found.image.label, whole);
    });
  }

  it('is what the classifier said of the whole picture when there is no box', () => {
    const found = predictImage(knowledge, [], [{ label: RED_FOX, score: 0.9 }], somewhere);
    assert.deepEqual(found, { boxes: [], image: { label: RED_FOX, score: 0.9, source: 'classifier' } });
  });

  it('is never less than its most important box, in whatever order they come', () => {
    const rank = ['human', 'vehicle', 'taxon', 'animal', 'unknown', 'blank'];
    const box = fc
      .tuple(
        fc.constantFrom(...DETECTION_LABELS),
        fc.double({ min: 0.05, max: 1, noNaN: true }),
        fc.option(
          fc.tuple(
            fc.constantFrom(...LABELS, blank, human, vehicle),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
          { nil: undefined },
        ),
      )
      .map((given) => boxOf(given as Given));
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 6 }), (boxes) => {
        const found = predictImage(knowledge, boxes, [], somewhere);
        const best = Math.min(...found.boxes.map(({ label }) => rank.indexOf(kindOf(label))));
        assert.equal(rank.indexOf(kindOf(found.image.label)), best);
        const again = predictImage(knowledge, boxes.toReversed(), [], somewhere);
        assert.equal(kindOf(again.image.label), kindOf(found.image.label));
        assert.equal(again.image.score, found.image.score);
      }),
    );
  });
});
