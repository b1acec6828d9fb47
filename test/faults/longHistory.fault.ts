import assert from 'node:assert/strict';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { type ManyFiles, startManyFiles } from '../soak/manyFiles.ts';
import { tell } from './report.ts';

const FILES = 10_000;
/** Where Temporal suggests to continue as new. */
const MOST_EVENTS = 4_096;
const MOST_BYTES = 4 << 20;

describe(`F8: the histories of an import of ${FILES} files`, () => {
  let many: ManyFiles;
  let t: Tributary;

  before(async function () {
    this.timeout(400_000);
    many = await startManyFiles(FILES);
    t = await startTributary();
  });
  after(async () => {
    await t?.close();
    await many?.close();
  });

  it('stay far below what Temporal allows', async function () {
    this.timeout(40 * 60_000);
    const began = performance.now();
    const id = await t.startImport(many.url);
    const job = await t.waitImport(id);
    const seconds = (performance.now() - began) / 1_000;
    let runs = 0;
    let events = 0;
    let longest = 0;
    let largest = 0;
    const query = `WorkflowId = 'import:${id}' or WorkflowId starts_with 'assets:${id}:'`;
    for await (const { workflowId, runId } of t.client.workflow.list({ query })) {
      const { historyLength, historySize } = await t.client.workflow.getHandle(workflowId, runId).describe();
      runs += 1;
      events += historyLength;
      longest = Math.max(longest, historyLength);
      largest = Math.max(largest, historySize ?? 0);
    }
    const audit = await t.audit();
    tell(
      {
        test: 'F8',
        injected: `an import of ${FILES} files`,
        figures: {
          stored: job.stored_files,
          seconds: Math.round(seconds),
          runs,
          events_per_1000_files: Math.round((events / FILES) * 1_000),
          most_events_of_a_run: longest,
          most_bytes_of_a_run: largest,
        },
      },
      audit,
    );
    assert.equal(job.stored_files, FILES);
    assert.ok(longest < MOST_EVENTS, `${longest} events`);
    assert.ok(largest < MOST_BYTES, `${largest} bytes`);
    assert.ok(audit.clean, JSON.stringify(audit));
  });
});
