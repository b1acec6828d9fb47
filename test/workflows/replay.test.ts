import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundleWorkflows } from '../../workers/bundle.ts';

const HISTORIES = path.join(import.meta.dirname, 'histories');

interface History {
  events: { eventType: string }[];
}

/** What was recorded once must replay for ever: workflows like it may be open when the code changes. */
describe('recorded histories', function () {
  this.timeout(240_000);
  const histories = new Map<string, History>();
  let code: string;

  before(async () => {
    for (const file of await readdir(HISTORIES)) {
      histories.set(
        path.parse(file).name,
        JSON.parse(await readFile(path.join(HISTORIES, file), 'utf8')) as History,
      );
    }
    code = await bundleWorkflows();
  });

  it('exist for every workflow', async () => {
    const index = await readFile(path.resolve(import.meta.dirname, '../../workflows/index.ts'), 'utf8');
    const workflows = [...index.matchAll(/export \{ (\w+) \}/g)].map((match) => match[1]);
    assert.ok(workflows.length >= 4);
    for (const workflow of workflows) {
      assert.ok(
        [...histories.keys()].some((name) => name.startsWith(`${workflow}.`)),
        workflow,
      );
    }
  });

  it('replay', async () => {
    const replayed: string[] = [];
    const given = [...histories].map(([workflowId, history]) => ({ workflowId, history }));
    for await (const result of Worker.runReplayHistories({ workflowBundle: { code } }, given)) {
      assert.equal(result.error, undefined, `${result.workflowId}: ${result.error?.message}`);
      replayed.push(result.workflowId);
    }
    assert.equal(replayed.length, histories.size);
  });

  it('do not replay on code that does something else (this proves that the test above can fail)', async () => {
    const { code: swapped } = await bundleWorkflowCode({
      workflowsPath: path.join(import.meta.dirname, 'swapped', 'index.ts'),
      logger: new DefaultLogger('ERROR'),
    });
    const history = histories.get('processAssets.batch');
    await assert.rejects(
      Worker.runReplayHistory({ workflowBundle: { code: swapped } }, history),
      (error: Error) => error.name === 'DeterminismViolationError',
    );
  });

  it('stay small', () => {
    for (const [name, history] of histories) assert.ok(history.events.length < 4_096, name);
  });
});

before(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
});
