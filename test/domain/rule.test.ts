import assert from 'node:assert/strict';
import { belongsTo, type RuleCondition, type SeenBox, type Sight, whatFires } from '../../domain/rule.ts';
import { FOX } from '../interchange/records.ts';

const NIGHT = new Date('2026-05-01T22:30:00Z');
const box = (label: string, score: number | null = 0.9, species: string | null = null): SeenBox => ({
  ...{ label, score, species },
  threshold: 0.2,
});
const sight = (boxes: SeenBox[], more: Partial<Sight> = {}): Sight => ({
  ...{ assetId: 1, takenAt: NIGHT, cameAt: NIGHT, place: 'camera:a' },
  ...{ cameraId: 'a', locationId: null, pullSourceId: null, boxes },
  ...more,
});
const fires = (when: RuleCondition, seen: Sight, now = NIGHT) => whatFires(when, seen, now)?.label ?? null;

describe('a rule', () => {
  it('fires for what is named, by a model or by a classifier', () => {
    const fox = sight([box('animal', 0.8, FOX), box('person', 0.9)]);
    assert.equal(fires({}, fox), 'person');
    assert.equal(fires({ categories: ['animal'] }, fox), 'animal');
    assert.equal(fires({ categories: ['vehicle'] }, fox), null);
    for (const name of FOX.split(';').slice(1).filter(Boolean)) {
      assert.equal(fires({ labels: ['wolf', name.toUpperCase()] }, fox), 'animal', name);
    }
    assert.equal(fires({ labels: ['wolf'] }, fox), null);
    assert.equal(fires({}, sight([])), null);
  });

  it('wants boxes that are sure enough; what people said is sure', () => {
    const unsure = sight([box('animal', 0.3)]);
    assert.equal(fires({}, unsure), 'animal');
    assert.equal(fires({ minConfidence: 0.5 }, unsure), null);
    assert.equal(fires({ minConfidence: 0.05 }, sight([box('animal', 0.1)])), 'animal');
    assert.equal(fires({}, sight([box('animal', 0.1)])), null);
    assert.equal(fires({ minConfidence: 1 }, sight([box('animal', null)])), 'animal');
  });

  it('asks where a picture is from', () => {
    const seen = sight([box('animal')], { locationId: 'l', pullSourceId: 'p' });
    assert.equal(fires({ cameraIds: ['a', 'b'], locationIds: ['l'], pullSourceIds: ['p'] }, seen), 'animal');
    assert.equal(fires({ cameraIds: ['b'] }, seen), null);
    assert.equal(fires({ locationIds: ['k'] }, seen), null);
    assert.equal(fires({ cameraIds: ['a'] }, { ...seen, cameraId: null }), null);
  });

  it('asks for the time of the day where its zone is, across midnight as well', () => {
    const seen = sight([box('animal')]);
    const at = (from: string, to: string, timezone = 'UTC') =>
      fires({ between: { from, to, timezone } }, seen);
    assert.equal(at('22:00', '23:00'), 'animal');
    assert.equal(at('22:31', '23:00'), null);
    assert.equal(at('22:00', '22:30'), null);
    assert.equal(at('20:00', '06:00'), 'animal');
    assert.equal(at('23:00', '06:00'), null);
    // 00:30 there.
    assert.equal(at('00:00', '01:00', 'Europe/Berlin'), 'animal');
    assert.equal(at('22:00', '23:00', 'Europe/Berlin'), null);
  });

  it('leaves old pictures alone when it is told to', () => {
    const later = new Date(NIGHT.getTime() + 61 * 60_000);
    assert.equal(fires({ maxAgeMinutes: 60 }, sight([box('animal')]), later), null);
    assert.equal(fires({ maxAgeMinutes: 62 }, sight([box('animal')]), later), 'animal');
  });

  it('takes pictures of one place with little between them for one', () => {
    const firing = { place: 'camera:a', firstAt: NIGHT, lastAt: new Date(NIGHT.getTime() + 10 * 60_000) };
    const at = (minutes: number, place = 'camera:a') =>
      belongsTo(firing, { place, takenAt: new Date(NIGHT.getTime() + minutes * 60_000) }, 30);
    assert.deepEqual(
      [at(5), at(40), at(41), at(-30), at(-31), at(5, 'camera:b')],
      [true, true, false, true, false, false],
    );
  });
});
