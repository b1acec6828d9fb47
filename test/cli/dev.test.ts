import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { DevSettings } from '../../cli/dev/settings.ts';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { findRunningStack } from '../../cli/embedded/runningStack.ts';
import { readStack } from '../../cli/embedded/stackFile.ts';
import { testTemporalBinary } from '../hosting/stack.ts';
import { isAlive, scratchDir, until, whenGone } from './scratch.ts';

const PART = path.join(import.meta.dirname, 'fixtures/part.ts');
const DEV = path.join(import.meta.dirname, 'fixtures/dev.ts');

interface Run {
  child: ChildProcess;
  output(): string;
  says(text: string | RegExp): Promise<void>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Longer than most: the tests go on from each other on one data directory, as starts of one installation do. */
describe('tributary dev', () => {
  const dir = scratchDir('dev-test');
  const dataDir = path.join(dir, 'data');
  const runs: Run[] = [];
  let settings: DevSettings;

  function dev(changes: Partial<DevSettings> = {}): Run {
    return follow([...process.execArgv, DEV, JSON.stringify({ ...settings, ...changes })]);
  }

  function follow(args: string[]): Run {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    const run: Run = {
      child,
      output: () => output,
      says: (text) =>
        until(
          () => (typeof text === 'string' ? output.includes(text) : text.test(output)),
          `it says ${text}`,
          40_000,
        ).catch((error) => {
          throw new Error(`${error.message}\n${output}`);
        }),
      ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))),
    };
    runs.push(run);
    return run;
  }

  const notes = (): string[] => {
    const file = path.join(dataDir, 'notes.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  const url = (): string => `http://127.0.0.1:${settings.port}`;
  const ask = async (at = '/'): Promise<{ pid: number; temporal: string }> =>
    (await fetch(`${url()}${at}`)).json() as never;
  /** Every process that belongs to the run: parts, their helpers, the servers. */
  async function members(): Promise<number[]> {
    const stack = await readStack(dataDir);
    const helpers = notes().flatMap((line) =>
      [...line.matchAll(/\b(\d{2,})\b/g)].map((match) => Number(match[1])),
    );
    return [...Object.values(stack.processes).map(({ pid }) => pid), ...helpers].filter(isAlive);
  }

  before(async () => {
    await testTemporalBinary();
    const { port } = await choosePorts(['port']);
    settings = {
      dataDir,
      cacheDir: path.resolve(
        process.env['TRIBUTARY_CACHE'] || path.join(process.env['HOME'] ?? '', '.cache/tributary'),
      ),
      host: '127.0.0.1',
      port,
      databaseUrl: null,
      temporalAddress: null,
      temporalNamespace: 'default',
      temporalUiUrl: null,
      searchAttributes: {},
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
      commands: {
        migrate: [PART, 'migrate'],
        api: [PART, 'api'],
        workers: [
          { name: 'worker-io', argv: [PART, 'worker', 'worker-io'] },
          { name: 'worker-cpu', argv: [PART, 'worker', 'worker-cpu'] },
        ],
      },
      drainMs: 5_000,
      notes: [{ label: 'Private networks', value: 'may be imported from' }],
      stopWithParent: false,
    };
  });
  afterEach(async () => {
    for (const { child, ended } of runs.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    }
    // Only a failed test has left any.
    for (const pid of await members()) process.kill(pid, 'SIGKILL');
    rmSync(path.join(dataDir, 'notes.txt'), { force: true });
  });
  it('starts everything behind one address, brings a crashed part back, and stops in order', async () => {
    const run = dev();
    await run.says('Ctrl-C stops');
    const output = run.output();
    for (const text of [url(), '/docs', dataDir, 'Private networks', 'may be imported from']) {
      assert.ok(output.includes(text), text);
    }
    const stack = await readStack(dataDir);
    const known = await findRunningStack(dataDir);
    assert.ok(known.databaseUrl?.includes(stack.password));
    assert.equal(statSync(path.join(dataDir, 'stack.json')).mode & 0o777, 0o600);
    assert.ok(!output.includes(stack.password), 'the password is not shown');

    const before = await ask();
    assert.equal(before.temporal, known.temporalAddress);
    await ask('/crash');
    await run.says('[api] runs again');
    assert.match(
      run.output(),
      /\[api\] the API was told to crash\n[\s\S]*\[api\] ended with code 9; starting it again/,
    );
    assert.notEqual((await ask()).pid, before.pid);

    process.kill((await readStack(dataDir)).processes['postgres']!.pid, 'SIGKILL');
    await run.says('[postgres] runs again');

    const everybody = await members();
    assert.ok(everybody.length >= 8, `${everybody.length} processes`);
    run.child.kill('SIGINT');
    assert.deepEqual(await run.ended, { code: 0, signal: null });
    const drained = notes().filter((line) => line.endsWith('drained'));
    assert.equal(drained[0], 'api drained');
    assert.deepEqual(drained.slice(1).sort(), ['worker-cpu drained', 'worker-io drained']);
    assert.deepEqual(everybody.filter(isAlive), []);
    const log = readFileSync(path.join(dataDir, 'logs/postgres.log'), 'utf8');
    assert.match(log.slice(-2_000), /database system is shut down\s*$/, 'Postgres was shut down properly');
  });

  it('goes on where it was, refuses a second start, and leaves nobody behind when it is killed', async () => {
    const before = await readStack(dataDir);
    const run = dev();
    await run.says('Ctrl-C stops');
    assert.deepEqual(notes()[0], 'migrated 2', 'the database of the last start');
    assert.deepEqual((await readStack(dataDir)).ports, before.ports);

    const second = dev();
    assert.equal((await second.ended).code, 1);
    assert.match(second.output(), new RegExp(`already runs on .*process ${run.child.pid}, ${url()}`));
    const elsewhere = dev({ dataDir: path.join(dir, 'other') });
    assert.equal((await elsewhere.ended).code, 1);
    assert.match(elsewhere.output(), new RegExp(`Port ${settings.port} .* is taken`));
    assert.doesNotMatch(elsewhere.output(), /Starting/);

    const everybody = await members();
    run.child.kill('SIGKILL');
    await Promise.all(everybody.map((pid) => whenGone(pid, 15_000)));
    assert.ok(notes().includes('worker-io drained'), 'a part whose supervisor is gone drains, too');
  });

  it('recovers when all were killed at once, and hurries at the second Ctrl-C', async () => {
    const run = dev();
    await run.says('Ctrl-C stops');
    const { processes } = await readStack(dataDir);
    const server = (name: string): number => processes[name]!.pid;
    // Leashes first: then nobody is left to stop the servers.
    for (const name of ['postgres', 'temporal']) process.kill(leashOf(server(name)), 'SIGSTOP');
    run.child.kill('SIGKILL');
    for (const name of ['postgres', 'temporal']) process.kill(leashOf(server(name)), 'SIGKILL');
    await run.ended;
    assert.ok(isAlive(server('postgres')) && isAlive(server('temporal')), 'servers without a holder');
    await until(() => !isAlive(server('api')), 'the port is free again');

    const next = dev({ env: { ...settings.env, DRAIN_MS: '60000' }, drainMs: 60_000 });
    await next.says('Ctrl-C stops');
    assert.match(next.output(), /earlier start left running/);
    assert.ok(!isAlive(server('postgres')) && !isAlive(server('temporal')));

    const everybody = await members();
    next.child.kill('SIGINT');
    await next.says('Stopping');
    await new Promise((resolve) => setTimeout(resolve, 600));
    const asked = Date.now();
    next.child.kill('SIGINT');
    assert.equal((await next.ended).code, 0);
    assert.ok(Date.now() - asked < 5_000, 'at once');
    assert.deepEqual(everybody.filter(isAlive), []);
  });

  it('shows why it does not come up, and stops what it had started', async () => {
    const run = dev({ env: { ...settings.env, FAIL_MIGRATION: 'yes' } });
    assert.equal((await run.ended).code, 1);
    assert.match(
      run.output(),
      /could not be brought up to date \(code 3\):[\s\S]*the migration of the test fails/,
    );
    assert.deepEqual(await members(), []);
  });

  describe('with servers that are given', () => {
    const given = createServer();
    let changes: Partial<DevSettings>;
    before(async () => {
      await new Promise<void>((resolve) => given.listen(0, '127.0.0.1', resolve));
      changes = {
        databaseUrl: 'postgres://user:hidden@127.0.0.1:1/none',
        temporalAddress: `127.0.0.1:${(given.address() as { port: number }).port}`,
        commands: { ...settings.commands, migrate: ['--eval', '0'] },
      };
    });
    after(() => given.close());

    it('starts none of its own', async () => {
      const run = dev(changes);
      await run.says('Ctrl-C stops');
      assert.equal((await ask()).temporal, changes.temporalAddress);
      assert.ok(run.output().includes(`Temporal at ${changes.temporalAddress}`));
      assert.ok(!run.output().includes('hidden'));
      const { processes } = await readStack(dataDir);
      assert.deepEqual(Object.keys(processes).sort(), ['api', 'worker-cpu', 'worker-io']);
      run.child.kill('SIGTERM');
      assert.equal((await run.ended).code, 0);
    });

    it('stops when the npm above it is killed, although the shell in between lives on', async () => {
      const quoted = [process.execPath, ...process.execArgv, DEV, '"$SETTINGS"'].join(' ');
      const line = `SETTINGS='${JSON.stringify({ ...settings, ...changes, stopWithParent: true })}'; ${quoted}; true`;
      const likeNpm = `require('node:child_process').spawn('sh', ['-c', process.argv[1]], { stdio: 'inherit' })`;
      const run = follow(['-e', likeNpm, line]);
      await run.says('Ctrl-C stops');
      const everybody = await members();
      run.child.kill('SIGKILL');
      await run.says('Stopped.');
      await Promise.all(everybody.map((pid) => whenGone(pid)));
      assert.ok(notes().includes('worker-io drained'));
    });
  });
});

/** The process that holds a server: its parent. */
function leashOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}
