import { Failure } from '../domain/failures.ts';

const MAX_PATTERN = 256;

/**
 * Path patterns: `*` is anything but `/`, `**` anything, `?` one character but `/`. Case does not matter, because cameras
 * write `.JPG`. A pattern without `/` is matched against the last segment, any other against the whole relative path.
 *
 * Runs all positions of the pattern side by side (Thompson's construction), so the time is pattern × path, whatever both
 * say; nothing a user writes becomes a regular expression.
 *
 * @throws Failure `bad_address` for a pattern that is empty or too long.
 */
export function createGlob(pattern: string): (path: string) => boolean {
  const written = pattern.trim().toLowerCase();
  const text = written.replace(/^\.?\//, '');
  if (text === '' || text.length > MAX_PATTERN) {
    throw new Failure('bad_address', `A name pattern must have 1 to ${MAX_PATTERN} characters.`);
  }
  const steps = text.match(/\*\*\/?|[\s\S]/gu) ?? [];
  const wholePath = written.includes('/');

  return (path) => {
    const lower = path.toLowerCase();
    const subject = wholePath ? lower : lower.slice(lower.lastIndexOf('/') + 1);
    let at = new Uint8Array(steps.length + 1);
    let next = new Uint8Array(steps.length + 1);
    at[0] = 1;
    skipStars(at, steps);
    for (const char of subject) {
      next.fill(0);
      let alive = false;
      for (let i = 0; i < steps.length; i++) {
        if (at[i] === 0) continue;
        const step = steps[i];
        if (step === '**' || step === '**/' || (step === '*' && char !== '/')) next[i] = 1;
        else if ((step === '?' && char !== '/') || step === char) next[i + 1] = 1;
        else continue;
        alive = true;
      }
      if (!alive) return false;
      skipStars(next, steps, char);
      [at, next] = [next, at];
    }
    return at[steps.length] === 1;
  };
}

/** Stars may match nothing; `**` with its slash must stop at a slash or not have begun. */
function skipStars(states: Uint8Array, steps: readonly string[], last = '/'): void {
  for (let i = 0; i < steps.length; i++) {
    if (states[i] === 0) continue;
    const step = steps[i];
    if (step === '*' || step === '**' || (step === '**/' && last === '/')) states[i + 1] = 1;
  }
}

/** Whether a file is wanted: one of `include` (or there are none) and none of `exclude`. */
export function createFilter(
  include: readonly string[],
  exclude: readonly string[],
): (path: string) => boolean {
  const yes = include.map(createGlob);
  const no = exclude.map(createGlob);
  return (path) => (yes.length === 0 || yes.some((match) => match(path))) && !no.some((match) => match(path));
}
