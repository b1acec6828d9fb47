import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { choosePorts } from '../../cli/embedded/ports.ts';
import { type RunningTemporal, startTemporal } from '../../cli/embedded/temporal.ts';
import { testTemporalBinary } from '../hosting/stack.ts';

/** A Temporal of one test, which may kill it; what it was told is in a file that outlives it. */
export interface PrivateTemporal {
  address: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Resolves when its namespace can be used again. */
  start(): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

export async function startPrivateTemporal(): Promise<PrivateTemporal> {
  const binary = await testTemporalBinary();
  const dir = await mkdtemp(path.join(tmpdir(), 'tributary-fault-temporal-'));
  const { port } = await choosePorts(['port']);
  const start = (): Promise<RunningTemporal> =>
    startTemporal({
      binary,
      dbFile: path.join(dir, 'temporal.db'),
      port,
      uiPort: null,
      namespace: 'default',
      logFile: path.join(dir, 'temporal.log'),
      removeWhenOrphaned: [dir],
    });
  let server = await start();
  return {
    address: server.address,
    kill: () => server.stop('hurry'),
    async start() {
      server = await start();
    },
    async remove() {
      await server.stop('hurry');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
