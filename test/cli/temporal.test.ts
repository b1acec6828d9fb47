import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type RunningTemporal, startTemporal } from '../../cli/embedded/temporal.ts';
import type { TemporalOptions } from '../../cli/embedded/temporalOptions.ts';
import { testTemporalBinary } from '../hosting/stack.ts';
import { scratchDir } from './scratch.ts';

const SOURCE = defineSearchAttributeKey('SourceId', 'KEYWORD');

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace: 'photos' }));
  } finally {
    await connection.close();
  }
}

/** Where a process listens, as the kernel writes it: hexadecimal, 127.0.0.1 being 0100007F. */
function listeningAddresses(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return '';
      }
    }),
  );
  const LISTEN = '0A';
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && sockets.has(`socket:[${fields[9]}]`))
      .map((fields) => fields[1]!.split(':')[0]!),
  );
}

describe('embedded Temporal', () => {
  const dir = scratchDir('temporal-test');
  let options: TemporalOptions;
  let server: RunningTemporal | undefined;
  const start = async (): Promise<RunningTemporal> => {
    server = await startTemporal(options);
    return server;
  };
  const isRunning = (id: string): Promise<string> =>
    withClient(
      server!.address,
      async (client) => (await client.workflow.getHandle(id).describe()).status.name,
    );

  before(async () => {
    const ports = await choosePorts(['port', 'uiPort']);
    options = {
      ...ports,
      binary: await testTemporalBinary(),
      dbFile: path.join(dir, 'temporal.db'),
      namespace: 'photos',
      searchAttributes: { SourceId: 'Keyword' },
      logFile: path.join(dir, 'temporal.log'),
    };
  });
  afterEach(async () => {
    await server?.stop('hurry');
    server = undefined;
  });

  it('listens on loopback only, with its web interface', async function () {
    const { uiUrl, pid } = await start();
    assert.equal((await fetch(uiUrl!)).status, 200);
    if (process.platform !== 'linux') this.skip();
    const ours = listeningAddresses(pid);
    assert.ok(ours.length >= 2, 'its sockets were found');
    assert.deepEqual([...new Set(ours)], ['0100007F']);
  });

  it('keeps workflows over a stop, and over kill -9', async () => {
    const { address } = await start();
    await withClient(address, (client) =>
      client.workflow.start('waits', {
        workflowId: 'kept',
        taskQueue: 'nobody',
        typedSearchAttributes: [{ key: SOURCE, value: 'a-source' }],
      }),
    );
    await server!.stop();
    assert.equal((await server!.exited).code, 0);

    const second = await start();
    assert.equal(await isRunning('kept'), 'RUNNING');
    await withClient(second.address, (client) =>
      client.workflow.start('waits', { workflowId: 'kept too', taskQueue: 'nobody' }),
    );
    process.kill(second.pid, 'SIGKILL');
    assert.equal((await second.exited).signal, 'SIGKILL');

    await start();
    assert.equal(await isRunning('kept'), 'RUNNING');
    assert.equal(await isRunning('kept too'), 'RUNNING');
  });

  it('refuses a port that is taken instead of taking its owner for itself', async () => {
    await start();
    await assert.rejects(startTemporal({ ...options, dbFile: null, uiPort: null }), /not free/);
  });
});
