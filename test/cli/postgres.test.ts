import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type PostgresOptions, type RunningPostgres, startPostgres } from '../../cli/embedded/postgres.ts';
import { isAlive, scratchDir, whenGone } from './scratch.ts';

async function query<T extends postgres.Row>(url: string, text: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe<T[]>(text))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

describe('embedded Postgres', () => {
  const dir = scratchDir('postgres-test');
  const dataDir = path.join(dir, 'data', 'postgres');
  let options: PostgresOptions;
  let server: RunningPostgres | undefined;
  const start = async (changes: Partial<PostgresOptions> = {}): Promise<RunningPostgres> => {
    server = await startPostgres({ ...options, ...changes });
    return server;
  };

  before(async () => {
    const { port } = await choosePorts(['port']);
    options = {
      dataDir,
      port,
      password: "it's 100% secret",
      logFile: path.join(dir, 'postgres.log'),
      log: () => {},
    };
  });
  afterEach(async () => {
    await server?.stop('hurry');
    server = undefined;
  });

  it('makes a database in a directory that only its owner may enter, and cleans up the password file', async () => {
    assert.equal(statSync(dir).mode & 0o777, 0o700);
    const { url } = await start();
    const [row] = await query(
      url,
      `select current_database() as name, current_setting('listen_addresses') as addresses,
              current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync,
              current_setting('data_checksums') as checksums, 'ä' > 'z' as code_points, upper('ä') as upper`,
    );
    assert.deepEqual(
      { ...row },
      {
        name: 'tributary',
        addresses: '127.0.0.1',
        sockets: '',
        fsync: 'on',
        checksums: 'on',
        code_points: true,
        upper: 'Ä',
      },
    );
    assert.deepEqual(readdirSync(path.dirname(dataDir)), ['postgres']);
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  });

  it('refuses a wrong password and keeps the right one out of its arguments, environment and log', async () => {
    const { url, pid } = await start();
    const wrong = new URL(url);
    wrong.password = 'guess';
    await assert.rejects(query(wrong.href, 'select 1'), { code: '28P01' });
    if (process.platform === 'linux') {
      for (const file of ['cmdline', 'environ']) {
        const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
        assert.ok(!text.includes('secret'), file);
        if (process.env['HOME'] !== undefined) assert.ok(!text.includes(`HOME=`), file);
      }
    }
    assert.ok(!readFileSync(options.logFile, 'utf8').includes('secret'));
  });

  it('keeps rows over a stop, and over kill -9 of the server', async () => {
    const first = await start();
    await query(first.url, 'create table kept (n int); insert into kept values (1)');
    await first.stop();
    assert.deepEqual(await first.exited, { code: 0, signal: null });

    const second = await start();
    await query(second.url, 'insert into kept values (2)');
    process.kill(second.pid, 'SIGKILL');
    assert.deepEqual(await second.exited, { code: null, signal: 'SIGKILL' });
    assert.ok(existsSync(path.join(dataDir, 'postmaster.pid')), 'the kill left a pid file');

    const third = await start();
    assert.deepEqual(
      (await query<{ n: number }>(third.url, 'select n from kept order by n')).map(({ n }) => n),
      [1, 2],
    );
  });

  it('starts although the pid file names a living process of somebody else', async () => {
    writeFileSync(path.join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n1\n\n\n\n`);
    const { url } = await start();
    assert.equal((await query(url, 'select 1')).length, 1);
  });

  it('takes a new password when the one on file was lost', async () => {
    const said: string[] = [];
    const { url } = await start({ password: 'another one', log: (line) => said.push(line) });
    assert.equal((await query(url, 'select n from kept')).length, 2);
    assert.match(said.join('\n'), /setting it anew/);
    options = { ...options, password: 'another one' };
  });

  it('says what Postgres said when it cannot start', async () => {
    const taken = await start();
    await assert.rejects(
      startPostgres({ ...options, dataDir: path.join(dir, 'other', 'postgres'), durable: false }),
      /ended while starting[\s\S]*could not bind/i,
    );
    assert.ok(isAlive(taken.pid));
  });

  it('makes the cluster anew after initdb was cut off', async () => {
    const cut = path.join(dir, 'cut', 'postgres');
    mkdirSync(`${cut}.new/base`, { recursive: true });
    writeFileSync(`${cut}.new/PG_VERSION`, '18\n');
    const { url } = await start({ dataDir: cut, durable: false });
    assert.equal((await query(url, 'select 1')).length, 1);
    assert.ok(!existsSync(`${cut}.new`));
  });

  it('stops with the process that started it, however that one ends', async () => {
    const removed = path.join(dir, 'removed');
    mkdirSync(removed);
    const { port } = await choosePorts(['port']);
    const holder = fork(
      path.join(import.meta.dirname, 'fixtures/holdPostgres.ts'),
      [path.join(dir, 'cut', 'held'), String(port), removed],
      { execArgv: process.execArgv },
    );
    const { pid } = await new Promise<{ pid: number }>((resolve) => holder.once('message', resolve as never));
    assert.ok(isAlive(pid));
    holder.kill('SIGKILL');
    await whenGone(pid);
    assert.ok(!existsSync(path.join(dir, 'cut', 'held', 'postmaster.pid')), 'it was shut down, not killed');
    await whenGone(holder.pid!);
    for (let left = 40; left > 0 && existsSync(removed); left -= 1)
      await new Promise((go) => setTimeout(go, 50));
    assert.ok(!existsSync(removed));
  });
});
