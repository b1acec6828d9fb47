export interface MetadataRow {
  name: string;
  value: string;
}

/** Longest value put on the page, in characters. */
const LONGEST = 600;
const DEEPEST = 4;

/** Nested values as `group.name` rows, in the order they came. */
export function flatten(metadata: Readonly<Record<string, unknown>>): MetadataRow[] {
  const rows: MetadataRow[] = [];
  const visit = (name: string, value: unknown, depth: number): void => {
    if (value === null || value === undefined || value === '') return;
    if (typeof value === 'object' && !Array.isArray(value) && depth < DEEPEST) {
      for (const [key, inner] of Object.entries(value))
        visit(name === '' ? key : `${name}.${key}`, inner, depth + 1);
      return;
    }
    rows.push({ name, value: inWords(value) });
  };
  visit('', metadata, 0);
  return rows;
}

/** One value on one line. */
function inWords(value: unknown): string {
  const text = Array.isArray(value)
    ? value.map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item))).join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
