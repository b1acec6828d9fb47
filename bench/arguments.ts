import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.ts';

export interface Arguments {
  /** In the order in which they run. */
  chosen: readonly Benchmark[];
  json: boolean;
}

/** @returns what to run, or a sentence for people who asked for help or for what there is not */
export function readArguments(args: readonly string[], known: readonly Benchmark[]): Arguments | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const usage = [
    'npm run bench -- [--json] [name…]',
    ...known.map(
      ({ id, title, optional }) => `  ${id.padEnd(10)} ${title}${optional ? ' (only when named)' : ''}`,
    ),
  ].join('\n');
  if (values.help) return usage;
  const unknown = positionals.filter((name) => !known.some(({ id }) => matches(id, name)));
  if (unknown.length > 0) return `There is no benchmark ${unknown.join(', ')}.\n${usage}`;
  const wanted = (benchmark: Benchmark): boolean =>
    positionals.length === 0
      ? benchmark.optional !== true
      : positionals.some((name) => matches(benchmark.id, name));
  return { chosen: known.filter(wanted), json: values.json };
}

/** `R1/R2` answers to `R1` and to `r2`. */
function matches(id: string, name: string): boolean {
  return id.toLowerCase().split('/').includes(name.toLowerCase());
}
