import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tributary } from '../hosting/tributary.ts';

export interface FuzzBounds {
  /** Requests for each operation in each phase. */
  examples: number;
  /** The run is ended after so long, and what it found until then counts. */
  seconds: number;
  phases: readonly string[];
  seed: number;
}

/**
 * Left out: streams that do not end by themselves; tus, which is a protocol of its own; what asks servers that do not
 * exist and waits for them; direct uploads, which an installation with a disk answers with 501.
 */
const EXCLUDED =
  '^/(events|(imports|cameras)/\\{id\\}/events|uploads/(tus|direct).*|cameras/\\{id\\}/(live|test|snapshot))$';

/**
 * Whatever fits the schema has to be accepted, says this check. JSON Schema cannot say that an end comes after its beginning,
 * or that an address is one of its provider; such requests are answered 422.
 */
const LEFT_OUT = 'positive_data_acceptance';

/** What the fuzzer reports: nothing, when every answer was as documented and none was a failure of ours. */
export async function fuzz(python: string, t: Tributary, bounds: FuzzBounds): Promise<string | null> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tributary-fuzz-'));
  const args = [
    ...['-m', 'schemathesis.cli', 'run', `${t.url}/openapi.json`, '--url', t.url],
    ...['--exclude-path-regex', EXCLUDED],
    ...['--phases', bounds.phases.join(',')],
    ...['--max-examples', String(bounds.examples)],
    ...['--seed', String(bounds.seed), '--generation-database', 'none'],
    ...['--checks', 'all'],
    ...['--exclude-checks', LEFT_OUT],
    ...['--request-timeout', '60', '--workers', '1', '--no-color'],
  ];
  const child = spawn(python, args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  // Like Ctrl-C: it tells what it has found so far.
  let ended = false;
  const timer = setTimeout(() => {
    ended = true;
    child.kill('SIGINT');
  }, bounds.seconds * 1_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  await rm(dir, { recursive: true, force: true });
  // One that was ended early ends badly, whatever it has found.
  const found = /=== (FAILURES|ERRORS) ===/.test(output) || (code !== 0 && !ended);
  return found || !/\d+ passed/.test(output) ? output : null;
}
