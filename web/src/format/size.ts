import { locale } from './locale.ts';

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
  return `${value.toLocaleString(locale(), { maximumFractionDigits: digits })} ${UNITS[unit] ?? 'B'}`;
}

export function formatCount(count: number): string {
  return count.toLocaleString(locale());
}

/** `12.5`, `0.33`; never more digits than say something. */
export function formatNumber(value: number, digits = 1): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: digits });
}

/** `87 %`. @param share 0–1 */
export function formatShare(share: number): string {
  return share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 });
}
