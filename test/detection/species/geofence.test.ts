import assert from 'node:assert/strict';
import { createGeofence, GeofenceRules, type Place } from '../../../detection/species/geofence.ts';
import { ARCTIC_FOX, CANIDAE, LYNX, RED_FOX, ROE_DEER, RULES, WOLF } from './labels.ts';

const at = (country: string | null, admin1: string | null = null): Place => ({ country, admin1 });

describe('geofence', () => {
  const fence = createGeofence(RULES);
  const rows: readonly [string, string, Place, boolean][] = [
    ['no country: nothing is ruled out', ARCTIC_FOX, at(null), false],
    ['no country, but a state', ARCTIC_FOX, at(null, 'TX'), false],
    ['a taxon without rules', LYNX, at('USA', 'TX'), false],
    ['a taxon with empty rules', WOLF, at('USA', 'TX'), false],
    ['allowed in the whole country', ARCTIC_FOX, at('NOR'), false],
    ['not among the countries allowed', ARCTIC_FOX, at('DEU'), true],
    ['allowed in the state', ARCTIC_FOX, at('USA', 'AK'), false],
    ['allowed in another state', ARCTIC_FOX, at('USA', 'TX'), true],
    ['allowed in a state, and the state is not known', ARCTIC_FOX, at('USA'), false],
    ['states count in the USA only', ARCTIC_FOX, at('CAN', 'ON'), false],
    ['blocked in the whole country', ROE_DEER, at('USA', 'NY'), true],
    ['blocked in the whole country, state not known', ROE_DEER, at('USA'), true],
    ['not among the countries blocked', ROE_DEER, at('FRA'), false],
    ['blocked in a state of another country than the USA', ROE_DEER, at('DEU', 'HH'), false],
    ['blocked in the state', RED_FOX, at('USA', 'HI'), true],
    ['blocked in another state', RED_FOX, at('USA', 'NY'), false],
    ['blocked in a state, and the state is not known', RED_FOX, at('USA'), false],
    ['a family of its own rules', CANIDAE, at('ATA'), true],
    ['names of members of every object are no countries', ARCTIC_FOX, at('constructor'), true],
  ];
  for (const [what, label, place, ruledOut] of rows) {
    it(`${ruledOut ? 'rules out' : 'lets through'}: ${what}`, () => {
      assert.equal(fence(label, place), ruledOut);
    });
  }

  it('lets everything through without rules', () => {
    const open = createGeofence(null);
    assert.equal(open(ARCTIC_FOX, at('DEU')), false);
  });

  it('refuses what is not a label', () => {
    assert.throws(() => fence('fox', at('DEU')), /seven parts/);
  });

  it('reads rules, and refuses what is none', () => {
    assert.deepEqual(GeofenceRules.parse(RULES), RULES);
    for (const wrong of [[], { a: [] }, { a: { allow: ['USA'] } }, { a: { allow: { US: [] } } }]) {
      assert.equal(GeofenceRules.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
  });
});
