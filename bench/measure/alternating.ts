import { median } from './statistics.ts';

/** CPU-ms of this process, all its threads. */
async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** CPU-ms a picture of each variant: medians over the rounds, variants alternating picture by picture. */
export async function alternating<V extends string>(
  variants: Readonly<Record<V, (bytes: Buffer) => Promise<unknown>>>,
  pictures: readonly Buffer[],
  rounds: number,
): Promise<Record<V, number>> {
  const names = Object.keys(variants) as V[];
  const perName = <T>(make: () => T) =>
    Object.fromEntries(names.map((name) => [name, make()])) as Record<V, T>;
  const totals = perName<number[]>(() => []);
  const first = pictures[0];
  if (first === undefined) throw new Error('There are no pictures to measure on.');
  for (const name of names) await variants[name](first);
  for (let round = 0; round < rounds; round += 1) {
    const total = perName(() => 0);
    for (const [index, bytes] of pictures.entries()) {
      const order = (round + index) % 2 === 0 ? names : names.toReversed();
      for (const name of order) total[name] += await cpuMs(() => variants[name](bytes));
    }
    for (const name of names) totals[name].push(total[name] / pictures.length);
  }
  return Object.fromEntries(names.map((name) => [name, median(totals[name])])) as Record<V, number>;
}
