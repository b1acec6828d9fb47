import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'minio';
import createS3Kind from '../../../sources/kinds/s3/kind.ts';
import type { Json, Source } from '../../../sources/source.ts';
import { type S3Server, startVersitygw, versitygwBinary } from '../../hosting/versitygw.ts';
import { type CuttingProxy, startCuttingProxy } from '../cuttingProxy.ts';
import { kindDeps, visitor } from '../kindDeps.ts';

const SLOW_DOWN = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce</Message></Error>';

/** A real S3 server with one bucket, a proxy in front of it that can be told to misbehave, and a source for it. */
export interface S3Service {
  server: S3Server;
  proxy: CuttingProxy;
  /** The bucket's directory on the disk. */
  root: string;
  /** The client that everybody uses, for what sources do not do. */
  client: Client;
  credentials: { type: 's3'; access_key: string; secret_key: string };
  address(below?: string): string;
  open(below?: string, options?: { [name: string]: Json }, credentials?: unknown): Source;
  stop(): Promise<void>;
}

/** Skips the suite where the server could not be built, which is a failure on a machine that has to have it. */
export async function needsVersitygw(suite: Mocha.Context): Promise<void> {
  if ((await versitygwBinary()) !== null) return;
  if (process.env['CI']) throw new Error('versitygw is not built');
  suite.skip();
}

export async function startS3Service(): Promise<S3Service> {
  const base = await fs.mkdtemp(path.join(os.tmpdir(), 's3-'));
  const server = await startVersitygw({ root: path.join(base, 'gateway') });
  const port = Number(new URL(server.endpoint).port);
  const proxy = await startCuttingProxy(port, {
    tooMany: `HTTP/1.1 503 Slow Down\r\nContent-Length: ${SLOW_DOWN.length}\r\nConnection: close\r\n\r\n${SLOW_DOWN}`,
  });
  const client = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    region: 'us-east-1',
  });
  await client.makeBucket('photos');
  const deps = kindDeps();
  const kind = createS3Kind(deps);
  const credentials = {
    type: 's3' as const,
    access_key: server.accessKey,
    secret_key: server.secretKey,
  };
  const address = (below = '') => `s3+http://127.0.0.1:${proxy.port}/photos/${below}`;
  return {
    server,
    proxy,
    root: path.join(base, 'gateway', 'photos'),
    client,
    credentials,
    address,
    open: (below, options, give = credentials) =>
      kind.open(kind.parse(address(below), options), visitor(give)),
    async stop() {
      await deps.client.close();
      await proxy.close();
      await server.stop();
      await fs.rm(base, { recursive: true });
    },
  };
}
