const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `1.4 MB`. Decimal units, as cameras and disks are sold in. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = value < 9.95 ? 1 : 0;
  return `${value.toLocaleString(undefined, { maximumFractionDigits: digits })} ${UNITS[unit] ?? 'B'}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString();
}

/** `1 image`, `2,310 images`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
