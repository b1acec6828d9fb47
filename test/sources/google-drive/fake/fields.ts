/** A partial response: what `fields` names and nothing else. */
type Mask = Map<string, Mask | null>;

/** `a,b(c,d/e),f/g` (developers.google.com/workspace/drive/api/guides/fields-parameter). */
function parse(text: string): Mask {
  let at = 0;
  function level(): Mask {
    const mask: Mask = new Map();
    while (at < text.length && text[at] !== ')') {
      const name = /^[A-Za-z0-9]+/.exec(text.slice(at))?.[0];
      if (name === undefined) throw new Error('bad fields');
      at += name.length;
      let below: Mask | null = null;
      if (text[at] === '(') {
        at++;
        below = level();
        if (text[at++] !== ')') throw new Error('bad fields');
      } else if (text[at] === '/') {
        at++;
        const leaf = /^[A-Za-z0-9]+/.exec(text.slice(at))?.[0] ?? '';
        at += leaf.length;
        below = new Map([[leaf, null]]);
      }
      mask.set(name, below);
      if (text[at] === ',') at++;
    }
    return mask;
  }
  const mask = level();
  if (at !== text.length) throw new Error('bad fields');
  return mask;
}

function apply(value: unknown, mask: Mask | null): unknown {
  if (mask === null || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => apply(each, mask));
  const kept = Object.entries(value).filter(([name]) => mask.has(name));
  return Object.fromEntries(kept.map(([name, below]) => [name, apply(below, mask.get(name) ?? null)]));
}

/** @throws Error for a mask that Drive would call invalid. */
export function onlyFields(value: unknown, fields: string): unknown {
  return apply(value, parse(fields));
}
