import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Child, startChild } from '../child.ts';
import { findProduct } from './product.ts';

export interface StackOptions {
  databaseUrl: string;
  temporalAddress: string;
  dataDir: string;
  decoders: number;
  /** Folders that imports may read. */
  folders: readonly string[];
}

/** The product as it runs on one machine: two worker processes and the API, against given servers. */
export interface Stack {
  compiled: boolean;
  client: Client;
  objectsDir: string;
  /** Of the two workers; their decoding children are below them. */
  workerPids: readonly number[];
  api(): Promise<{ url: string; pid: number }>;
  /** A worker for so many camera streams. */
  capture(streams: number): Promise<{ pid: number }>;
  stop(): Promise<void>;
}

export async function startStack(options: StackOptions): Promise<Stack> {
  const { databaseUrl, temporalAddress, dataDir, decoders, folders } = options;
  const { main, compiled } = findProduct();
  const objectsDir = path.join(dataDir, 'objects');
  const env = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    PORT: '0',
    TRIBUTARY_DATA: dataDir,
    STORAGE_PATH: objectsDir,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    DECODE_CHILDREN: String(decoders),
    ALLOW_LOOPBACK: 'true',
    ALLOW_FOLDERS: folders.join(','),
  };
  const startWith = (more: Record<string, string>, name: string, ...args: string[]): Child =>
    startChild(main, {
      ...{ args, env: { ...env, ...more }, stopBy: 'SIGTERM' },
      logFile: path.join(dataDir, `${name}.log`),
    });
  const start = (name: string, ...args: string[]): Child => startWith({}, name, ...args);
  const workers = [
    start('io', 'worker', '--queues', 'io,workflows'),
    start('cpu', 'worker', '--queues', 'cpu,renditions,inference'),
  ];
  const connection = await Connection.connect({ address: temporalAddress });
  let api: { child: Child; ready: Promise<{ port: number }> } | null = null;
  const stop = async (): Promise<void> => {
    await Promise.all([...workers, ...(api === null ? [] : [api.child])].map((child) => child.stop()));
    await connection.close();
  };
  try {
    await Promise.all(workers.map((worker) => worker.next()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    compiled,
    client: new Client({ connection }),
    objectsDir,
    workerPids: workers.map(({ pid }) => pid),
    async api() {
      if (api === null) {
        const child = start('api', 'api');
        api = { child, ready: child.next<{ port: number }>() };
      }
      const { port } = await api.ready;
      return { url: `http://127.0.0.1:${port}`, pid: api.child.pid };
    },
    async capture(streams) {
      const threads = { CAPTURE_STREAMS: String(streams), UV_THREADPOOL_SIZE: String(streams + 8) };
      const child = startWith(threads, 'capture', 'worker', '--queues', 'capture');
      workers.push(child);
      await child.next();
      return { pid: child.pid };
    },
    stop,
  };
}
