/**
 * Has one of many equal pieces of work go first, and the others once it is done.
 * @param settled whether the others find done what the first has done; when not, or when it failed, one of them is next
 */
export type FirstOfMany = <T>(
  key: string,
  work: () => Promise<T>,
  settled: (done: T) => Promise<boolean>,
) => Promise<T>;

/**
 * For uploads of the same bytes at the same moment: each would put them into the store, because the last claim wins. The
 * others wait until the first is recorded and then find the bytes there. Saves work only; what is true does not depend
 * on it, so each process has its own.
 */
export function createFirstOfMany(): FirstOfMany {
  const first = new Map<string, Promise<boolean>>();

  return async (key, work, settled) => {
    for (let before = first.get(key); before !== undefined; before = first.get(key)) {
      if (await before) return work();
    }
    const running = work();
    first.set(
      key,
      running
        .then(settled)
        .catch(() => false)
        .finally(() => first.delete(key)),
    );
    return running;
  };
}
