import vm from 'node:vm';

const context = vm.createContext({ work: null });
const script = new vm.Script('work()');

/**
 * Runs synchronous work that may be talked into an endless loop, for so many milliseconds at most.
 *
 * @throws Error with code `ERR_SCRIPT_EXECUTION_TIMEOUT`, and whatever `work` throws.
 */
export function bounded<T>(work: () => T, milliseconds: number): T {
  // V8 stops everything below this call when the time is up, whichever context its code came from.
  context['work'] = work;
  try {
    return script.runInContext(context, { timeout: milliseconds }) as T;
  } finally {
    context['work'] = null;
  }
}
