import type { Part } from './part.ts';

/** All parts, by when they are stopped: in this order. */
export interface Groups {
  readonly api: Part[];
  readonly workers: Part[];
  readonly temporal: Part[];
  readonly postgres: Part[];
}

/** `stop` until `hurry` aborts, then `hurry`. */
async function stopOne(part: Part, hurry: AbortSignal): Promise<void> {
  if (hurry.aborted) return part.stop('hurry');
  let onHurry = (): void => {};
  const cut = new Promise<void>((resolve, reject) => {
    onHurry = () => part.stop('hurry').then(resolve, reject);
    hurry.addEventListener('abort', onHurry, { once: true });
  });
  await Promise.race([part.stop('stop'), cut]);
  hurry.removeEventListener('abort', onHurry);
}

/**
 * Stops one group after the other, the members of a group together. Once `hurry` aborts, the group at hand is
 * cut short and the rest follows without waiting. A part that cannot be stopped does not keep the others.
 */
export async function stopInOrder(
  { api, workers, temporal, postgres }: Groups,
  hurry: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  for (const group of [api, workers, temporal, postgres]) {
    const stopped = await Promise.allSettled(group.map((part) => stopOne(part, hurry)));
    for (const result of stopped) {
      if (result.status === 'rejected') log(`While stopping: ${(result.reason as Error).message}`);
    }
  }
}

/** Starts parts together. @throws the first failure, once all have come to an end */
export async function beginTogether(parts: readonly Part[]): Promise<void> {
  const started = await Promise.allSettled(parts.map((part) => part.begin()));
  started.forEach((result, index) => {
    if (result.status === 'rejected')
      throw new Error(`${parts[index]?.name}: ${(result.reason as Error).message}`);
  });
}
