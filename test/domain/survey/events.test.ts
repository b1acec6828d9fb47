import assert from 'node:assert/strict';
import fc from 'fast-check';
import { eventsOf, type Shot, type SurveyEvent } from '../../../domain/survey/events.ts';
import { ANIMAL, BLANK, CANIDAE, FOX, HUMAN, WOLF } from './labels.ts';

const shot = (id: string, seconds: number, seen: string[] | null, camera = 'a'): Shot => ({
  ...{ id, camera, at: new Date(seconds * 1000) },
  seen: seen?.map((label) => ({ label, score: 0.5 })) ?? null,
});

async function events(shots: Iterable<Shot>, gap?: number): Promise<SurveyEvent[]> {
  const found: SurveyEvent[] = [];
  for await (const event of eventsOf(shots, gap)) found.push(event);
  return found;
}

describe('events', () => {
  it('end where a minute passes without a picture, or another camera begins', async () => {
    const found = await events([
      shot('1', 0, []),
      shot('2', 60, []),
      shot('3', 121, []),
      shot('4', 121, [], 'b'),
      shot('5', 5, [], 'c'),
    ]);
    assert.deepEqual(
      found.map(({ shots }) => shots),
      [['1', '2'], ['3'], ['4'], ['5']],
    );
    assert.equal(found[0]?.end.getTime(), 60_000);
  });

  const rows: readonly [string, (string[] | null)[], Record<string, number | null> | null][] = [
    ['nobody looked', [null, null], null],
    ['nothing was seen', [[], []], { [BLANK]: null }],
    ['nothing was seen where somebody looked', [null, []], { [BLANK]: null }],
    ['blank beside a fox is the fox', [[BLANK], [FOX], []], { [FOX]: 1 }],
    ['the most in one picture', [[FOX], [FOX, FOX], [FOX]], { [FOX]: 2 }],
    [
      'two kinds',
      [
        [FOX, WOLF],
        [WOLF, WOLF],
      ],
      { [FOX]: 1, [WOLF]: 2 },
    ],
    ['a wide label is the narrow one of its kin', [[ANIMAL], [CANIDAE], [FOX]], { [FOX]: 1 }],
    ['a wide label counts with the narrow one', [[FOX, CANIDAE], [FOX]], { [FOX]: 2 }],
    [
      'a wide label that could be either counts for none',
      [[FOX], [WOLF], [CANIDAE, CANIDAE]],
      { [FOX]: 1, [WOLF]: 1 },
    ],
    ['people beside animals', [[HUMAN, FOX], [ANIMAL]], { [HUMAN]: 1, [FOX]: 1 }],
    ['plain names', [['fox'], ['fox', 'badger'], [ANIMAL]], { fox: 1, badger: 1 }],
  ];
  for (const [what, seen, counts] of rows) {
    it(`show what passed: ${what}`, async () => {
      const [event] = await events(seen.map((labels, i) => shot(String(i), i, labels)));
      const found = event?.sightings;
      assert.deepEqual(found && Object.fromEntries(found.map(({ label, count }) => [label, count])), counts);
    });
  }

  it('have every picture once, in order, and gaps where they say', async () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(seconds, fc.integer({ min: 0, max: 200 }), async (times, gap) => {
        const shots = times.sort((a, b) => a - b).map((time, i) => shot(String(i), time, []));
        const found = await events(shots, gap);
        assert.deepEqual(
          found.flatMap((event) => event.shots),
          shots.map(({ id }) => id),
        );
        for (const [i, event] of found.entries()) {
          const at = event.shots.map((id) => times[Number(id)]!);
          for (const [j, time] of at.entries()) if (j > 0) assert.ok(time - at[j - 1]! <= gap);
          if (i > 0) assert.ok(at[0]! * 1000 - found[i - 1]!.end.getTime() > gap * 1000);
        }
      }),
    );
  });

  it('need pictures in the order of their times', async () => {
    await assert.rejects(events([shot('1', 10, []), shot('2', 9, [])]), RangeError);
  });
});
