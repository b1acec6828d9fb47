import { median } from './statistics.ts';

/** The medians of what each part took in several passes, for a note: `io 9.9, cpu 77.0`. */
export function tellParts(passes: readonly Readonly<Record<string, number>>[]): string {
  return Object.keys(passes[0] ?? {})
    .map((part) => `${part} ${median(passes.map((parts) => parts[part] ?? 0)).toFixed(1)}`)
    .join(', ');
}
