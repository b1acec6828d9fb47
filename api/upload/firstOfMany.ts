/** Has one of many equal pieces of work go first, and the others once it is done. */
export type FirstOfMany = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * For uploads of the same bytes at the same moment: each would put them into the store, because the last claim wins. The
 * others wait until the first is recorded and then find the bytes there. When the first fails, the next one takes its
 * place. Saves work only; what is true does not depend on it, so each process has its own.
 */
export function createFirstOfMany(): FirstOfMany {
  const first = new Map<string, Promise<boolean>>();

  return async (key, work) => {
    for (let before = first.get(key); before !== undefined; before = first.get(key)) {
      if (await before) return work();
    }
    const running = work();
    const settled = running.then(
      () => true,
      () => false,
    );
    first.set(
      key,
      settled.finally(() => first.delete(key)),
    );
    return running;
  };
}
