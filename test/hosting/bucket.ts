import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { S3Settings } from '../../stores/objects/s3/settings.ts';
import { startVersitygw, versitygwBinary } from './versitygw.ts';

/** A real S3 server with one bucket in it. */
export interface Bucket {
  settings: S3Settings;
  /** The same for the environment of a process. @param endpoint instead of the server's own */
  env(endpoint?: string): Record<string, string>;
  /** The directory that the server keeps the bucket in. */
  dir: string;
  stop(): Promise<void>;
}

/** Skips the suite where the server could not be built, which is a failure on a machine that has to have it. */
export async function needsVersitygw(suite: Mocha.Context): Promise<void> {
  if ((await versitygwBinary()) !== null) return;
  if (process.env['CI']) throw new Error('versitygw is not built');
  suite.skip();
}

/** @param root where its files are to lie; the caller removes what is given */
export async function startBucket(root?: string): Promise<Bucket> {
  const base = root ?? (await mkdtemp(path.join(tmpdir(), 'bucket-')));
  const name = 'library';
  await mkdir(path.join(base, name), { recursive: true });
  const server = await startVersitygw({ root: base });
  const settings: S3Settings = {
    endpoint: server.endpoint,
    publicEndpoint: server.endpoint,
    bucket: name,
    region: 'us-east-1',
    accessKey: server.accessKey,
    secretKey: server.secretKey,
    pathStyle: true,
    prefix: '',
    requestTimeoutMs: 5_000,
  };
  return {
    settings,
    env: (endpoint = settings.endpoint) => ({
      S3_ENDPOINT: endpoint,
      S3_BUCKET: name,
      S3_ACCESS_KEY: settings.accessKey,
      S3_SECRET_KEY: settings.secretKey,
    }),
    dir: path.join(base, name),
    async stop() {
      await server.stop();
      if (root === undefined) await rm(base, { recursive: true });
    },
  };
}
