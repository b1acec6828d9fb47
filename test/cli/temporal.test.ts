import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type RunningTemporal, startTemporal } from '../../cli/embedded/temporal.ts';
import type { TemporalOptions } from '../../cli/embedded/temporal-options.ts';
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
    const sockets = execFileSync('ss', ['-Hltnp'], { encoding: 'utf8' }).split('\n');
    const ours = sockets.filter((line) => line.includes(`pid=${pid},`)).map((line) => line.split(/\s+/)[3]);
    assert.ok(ours.length >= 2, 'its sockets were found');
    assert.deepEqual(
      ours.filter((address) => !address?.startsWith('127.0.0.1:')),
      [],
    );
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
