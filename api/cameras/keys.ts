const MAX = 60;

/** `Nordtor (Süd)` becomes `nordtor-sud`. Names without a letter that ASCII has become `camera`. */
export function keyOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'camera' : plain;
}

/** The same, and then with numbers behind it. */
export function* keysOf(name: string, most: number): Generator<string> {
  const key = keyOf(name);
  yield key;
  for (let n = 2; n <= most; n += 1) yield `${key}-${n}`;
}
