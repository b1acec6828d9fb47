import assert from 'node:assert/strict';
import { createPart, type Part } from '../../cli/dev/part.ts';
import type { Running } from '../../cli/dev/running.ts';
import type { Exit } from '../../cli/embedded/leashed.ts';
import { until } from './scratch.ts';

/** A part whose starts and ends the test decides about; the processes themselves are in dev.test.ts. */
function part(fails: (start: number) => boolean = () => false, firstMs = 20) {
  const said: string[] = [];
  const startedAt: number[] = [];
  const stopped: string[] = [];
  let end: (exit: Exit) => void = () => {};
  const made: Part = createPart({
    name: 'probe',
    log: (line) => said.push(line),
    backoff: { firstMs, maxMs: 80, calmMs: 10_000 },
    async start(): Promise<Running> {
      startedAt.push(Date.now());
      if (fails(startedAt.length)) throw new Error('not this time');
      const exited = new Promise<Exit>((resolve) => {
        end = resolve;
      });
      return {
        pid: 1,
        exited,
        async stop(how) {
          stopped.push(how);
          end({ code: 0, signal: null });
        },
      };
    },
  });
  return { made, said, startedAt, stopped, crash: () => end({ code: null, signal: 'SIGSEGV' }) };
}

describe('a part that is kept running', () => {
  it('is started again after each end, later each time up to a limit', async () => {
    const { made, said, startedAt, crash } = part();
    await made.begin();
    for (const starts of [2, 3, 4, 5]) {
      crash();
      await until(() => startedAt.length === starts, `start ${starts}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const waits = said.flatMap((line) => /in ([\d.]+) s/.exec(line)?.[1] ?? []);
    assert.deepEqual(waits, ['0.02', '0.04', '0.08', '0.08']);
    assert.match(said[0] ?? '', /\[probe\] ended with SIGSEGV/);
    await made.stop('stop');
  });

  it('is tried again when a start fails, except for the first', async () => {
    const first = part(() => true);
    await assert.rejects(first.made.begin(), /not this time/);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(first.startedAt.length, 1);

    const later = part((start) => start === 2 || start === 3);
    await later.made.begin();
    later.crash();
    await until(() => later.said.includes('[probe] runs again'), 'it runs again');
    assert.equal(later.startedAt.length, 4);
    await later.made.stop('stop');
  });

  it('stays away once it was stopped, also while it waited for its next start', async () => {
    const { made, startedAt, stopped, crash } = part();
    await made.begin();
    await made.stop('stop');
    assert.deepEqual(stopped, ['stop']);

    const waiting = part(() => false, 80);
    await waiting.made.begin();
    waiting.crash();
    await until(() => waiting.said.length === 1, 'it noticed');
    await waiting.made.stop('stop');
    await new Promise((resolve) => setTimeout(resolve, 120));
    crash();
    assert.deepEqual([startedAt.length, waiting.startedAt.length], [1, 1]);
  });
});
