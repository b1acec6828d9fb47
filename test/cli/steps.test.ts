import assert from 'node:assert/strict';
import path from 'node:path';
import { withLock } from '../../cli/setup/lockFile.js';
import { runStep } from '../../cli/setup/steps.js';
import { scratchDir } from './scratch.ts';

const quiet = (): void => {};

describe('a step of the set-up', () => {
  const dir = scratchDir('steps-test');

  it('shows the end of the output when it fails', async () => {
    const args = ['-e', 'console.log("what went wrong"); process.exit(3)'];
    await assert.rejects(
      runStep({ title: 'Trying', command: process.execPath, args, log: quiet }),
      /Trying: .* ended with code 3\.\nwhat went wrong/,
    );
    await assert.rejects(
      runStep({ title: 'T', command: 'no-such-program', args: [], log: quiet }),
      /cannot run/,
    );
  });

  it('waits for its turn, and says for whom', async () => {
    const file = path.join(dir, 'lock');
    const said: string[] = [];
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} ends`);
    };
    const first = withLock(file, 'somebody', work('first'), (line) => said.push(line));
    await new Promise((resolve) => setTimeout(resolve, 40));
    await Promise.all([first, withLock(file, 'the first', work('second'), (line) => said.push(line))]);
    assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
    assert.deepEqual(said, [`Waiting for the first (process ${process.pid})…`]);
  });
});
