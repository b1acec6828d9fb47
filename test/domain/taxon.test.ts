import assert from 'node:assert/strict';
import { kindOf, levelOf, parseLabel, SPECIAL, taxonOf } from '../../domain/taxon.ts';

const FOX = '00000000-0000-4000-8000-000000000001;mammalia;carnivora;canidae;vulpes;vulpes;red fox';
const DINGO = '00000000-0000-4000-8000-000000000002;mammalia;carnivora;canidae;canis;lupus dingo;dingo';
const FAMILY = '00000000-0000-4000-8000-000000000003;mammalia;carnivora;canidae;;;canid family';
const BARE = '00000000-0000-4000-8000-000000000004;;;;;;';

describe('labels of species', () => {
  it('are taken apart', () => {
    assert.deepEqual(parseLabel(FOX), {
      uuid: '00000000-0000-4000-8000-000000000001',
      ranks: ['mammalia', 'carnivora', 'canidae', 'vulpes', 'vulpes'],
      commonName: 'red fox',
    });
    for (const wrong of ['', 'fox', FOX.replace(';', ','), `${FOX};more`]) {
      assert.throws(() => parseLabel(wrong), RangeError);
    }
  });

  it('know what they stand for, and how far down', () => {
    const rows: readonly [string, ReturnType<typeof kindOf>, ReturnType<typeof levelOf>][] = [
      [FOX, 'taxon', 'species'],
      [FAMILY, 'taxon', 'family'],
      [BARE, 'taxon', 'kingdom'],
      [SPECIAL.animal, 'animal', 'kingdom'],
      [SPECIAL.human, 'human', 'species'],
      [SPECIAL.blank, 'blank', null],
      [SPECIAL.vehicle, 'vehicle', null],
      [SPECIAL.unknown, 'unknown', null],
    ];
    for (const [label, kind, level] of rows) {
      assert.equal(kindOf(label), kind, label);
      assert.equal(levelOf(label), level, label);
    }
  });

  it('are written as collections write them', () => {
    const rows: readonly [string, string | undefined, string | undefined][] = [
      [FOX, 'Vulpes vulpes', 'species'],
      [DINGO, 'Canis lupus dingo', 'subspecies'],
      [FAMILY, 'Canidae', 'family'],
      [BARE, 'Animalia', 'kingdom'],
      [SPECIAL.animal, 'Animalia', 'kingdom'],
      [SPECIAL.human, 'Homo sapiens', 'species'],
      [SPECIAL.blank, undefined, undefined],
      [SPECIAL.unknown, undefined, undefined],
      ['fox', undefined, undefined],
    ];
    for (const [label, name, rank] of rows) {
      const taxon = taxonOf(label);
      assert.equal(taxon?.scientificName, name, label);
      assert.equal(taxon?.rank, rank, label);
    }
    assert.equal(taxonOf(FAMILY)?.genus, null);
    assert.equal(taxonOf(FOX)?.family, 'Canidae');
  });
});
