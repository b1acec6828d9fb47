import { setTimeout as sleep } from 'node:timers/promises';

export interface Taken {
  /** Milliseconds of each request that was answered well, counted from when it was due. */
  ms: number[];
  errors: string[];
}

/**
 * Makes requests at a steady rate, whether or not the ones before are answered: who asks does not wait for others, so a
 * server that stalls is charged for all that were due meanwhile.
 */
export async function arrive(
  perSecond: number,
  seconds: number,
  request: (index: number) => Promise<void>,
): Promise<Taken> {
  const taken: Taken = { ms: [], errors: [] };
  const start = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = start + (index * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    running.push(
      request(index).then(
        () => void taken.ms.push(performance.now() - due),
        (error: unknown) => void taken.errors.push(error instanceof Error ? error.message : String(error)),
      ),
    );
  }
  await Promise.all(running);
  return taken;
}
