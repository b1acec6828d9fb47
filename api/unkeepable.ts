/** Postgres keeps no text with this character in it, and nobody means it. */
const NUL = '\0';
/** Deeper than anything that is meant; whatever looks at values one inside the other would run out of stack. */
const DEEPEST = 100;

export interface Unkeepable {
  /** Keys down to the value. */
  path: readonly string[];
  why: string;
}

/** What in a body or query could not be kept, whatever its schema says; `null`: nothing. */
export function findUnkeepable(value: unknown): Unkeepable | null {
  const open: { value: unknown; path: readonly string[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { path } = next;
    if (typeof next.value === 'string' && next.value.includes(NUL))
      return { path, why: 'must not hold the character NUL' };
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (path.length >= DEEPEST) return { path: path.slice(0, 1), why: `is nested more than ${DEEPEST} deep` };
    for (const [key, part] of Object.entries(next.value)) {
      if (key.includes(NUL)) return { path, why: 'must not have the character NUL in a name' };
      open.push({ value: part, path: [...path, key] });
    }
  }
  return null;
}
