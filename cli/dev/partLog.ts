import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pickError } from './errorLines.ts';
import { rotateWhenFull } from './rotate.ts';

const BURST = { lines: 12, windowMs: 10_000 } as const;
/** How much is written between two looks at the size. */
const CHECK_EVERY_BYTES = 256 * 1024;

export interface PartLog {
  readonly file: string;
  /** Takes over one output stream of a child until it ends. */
  follow(stream: Readable | null, kind: 'stdout' | 'stderr'): void;
}

/**
 * The log of one part: every line goes to its file, errors also to the terminal behind the part's name, and
 * of a flood of errors only the beginning.
 */
export function createPartLog(name: string, logsDir: string, terminal: (line: string) => void): PartLog {
  const file = path.join(logsDir, `${name}.log`);
  mkdirSync(logsDir, { recursive: true, mode: 0o700 });
  writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  rotateWhenFull(file);
  let unchecked = 0;
  let windowStart = 0;
  let shown = 0;

  const keep = (line: string): void => {
    appendFileSync(file, `${line}\n`);
    unchecked += line.length;
    if (unchecked < CHECK_EVERY_BYTES) return;
    unchecked = 0;
    rotateWhenFull(file);
  };
  const show = (message: string): void => {
    const now = Date.now();
    if (now - windowStart > BURST.windowMs) {
      windowStart = now;
      shown = 0;
    }
    shown += 1;
    if (shown <= BURST.lines) terminal(`[${name}] ${message}`);
    else if (shown === BURST.lines + 1) terminal(`[${name}] … more in ${file}`);
  };

  return {
    file,
    follow(stream, kind) {
      if (stream === null) return;
      stream.on('error', () => {});
      createInterface({ input: stream }).on('line', (line) => {
        keep(line);
        const message = pickError(line, kind);
        if (message !== null) show(message);
      });
    },
  };
}
