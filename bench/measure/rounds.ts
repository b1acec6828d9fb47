/**
 * Runs every variant once a round, so that whatever else the machine does falls on all of them alike. Odd rounds
 * go backwards: nobody always follows the same neighbour.
 */
export async function interleaved<Name extends string, T>(
  rounds: number,
  variants: Readonly<Record<Name, (round: number) => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(variants) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, T[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      results[name].push(await variants[name](round));
    }
  }
  return results;
}
