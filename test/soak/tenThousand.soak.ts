import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { APART, startTributary, type Tributary } from '../hosting/tributary.ts';
import { type ManyFiles, startManyFiles } from './manyFiles.ts';

const COUNT = Number(process.env['SOAK_FILES'] ?? 10_000);

/** Highest resident memory of a process so far, in MiB. */
async function peakMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024;
}

describe(`an import of ${COUNT} files`, function () {
  this.timeout(40 * 60_000);
  let t: Tributary;
  let many: ManyFiles;
  let firstSeconds = 0;

  before(async function () {
    if (process.platform !== 'linux') this.skip();
    many = await startManyFiles(COUNT);
    t = await startTributary({ parts: APART });
  });
  after(async () => {
    await t?.close();
    await many?.close();
  });

  async function importAll() {
    const since = performance.now();
    const id = await t.startImport(many.url);
    const job = await t.waitImport(id);
    return { id, job, seconds: (performance.now() - since) / 1_000 };
  }

  async function eventsOf(id: string) {
    let events = 0;
    let largest = 0;
    let bytes = 0;
    const query = `WorkflowId = 'import:${id}' or WorkflowId starts_with 'assets:${id}:'`;
    for await (const { workflowId, runId } of t.client.workflow.list({ query })) {
      const described = await t.client.workflow.getHandle(workflowId, runId).describe();
      events += described.historyLength;
      largest = Math.max(largest, described.historyLength);
      bytes += described.historySize ?? 0;
    }
    return { events, largest, bytes };
  }

  it('brings in each of them once', async () => {
    const idle = await Promise.all([t.pid('io'), t.pid('cpu'), t.pid('api')].map(peakMib));
    const { id, job, seconds } = await importAll();
    firstSeconds = seconds;
    const peak = await Promise.all([t.pid('io'), t.pid('cpu'), t.pid('api')].map(peakMib));
    const { events, largest, bytes } = await eventsOf(id);
    console.log(
      `      ${(COUNT / seconds).toFixed(1)} files/s, ${seconds.toFixed(0)} s; ` +
        `${((many.fetched + many.heads + many.listings) / COUNT).toFixed(3)} requests a file; ` +
        `${events} events (${Math.round((events / COUNT) * 1_000)} for 1,000), the longest run ${largest}, ${Math.round(bytes / 1_000)} kB; ` +
        `peak MiB of io, cpu, api: ${peak.map(Math.round).join(', ')} (at rest ${idle.map(Math.round).join(', ')})`,
    );
    assert.deepEqual([job.status, job.stored_files], ['completed', COUNT]);
    assert.equal(many.fetched, COUNT);
    assert.ok(events / COUNT <= 2, `${events} events`);
    assert.ok(largest < 4_096, `a run of ${largest} events`);
    // Memory must not grow with the number of files: that is at most a few hundred bytes for each.
    assert.ok(peak[0]! < 500, `io worker: ${peak[0]} MiB`);
    assert.ok(peak[2]! < 400, `api: ${peak[2]} MiB`);
  });

  it('finds all of them known the second time, without fetching one', async () => {
    const before = many.fetched + many.heads;
    const { job, seconds } = await importAll();
    console.log(`      ${seconds.toFixed(1)} s, ${(firstSeconds / seconds).toFixed(0)} times as fast`);
    assert.deepEqual([job.status, job.stored_files, job.skipped_files], ['completed', 0, COUNT]);
    assert.equal(many.fetched + many.heads, before);
    assert.ok(firstSeconds / seconds >= 8, `${firstSeconds / seconds} times as fast`);
  });

  it('ends clean', async () => {
    const report = await t.audit();
    assert.ok(report.clean, JSON.stringify(report));
  });
});
