import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type RunningPostgres, startPostgres } from '../cli/embedded/postgres.ts';
import { type RunningTemporal, startTemporal } from '../cli/embedded/temporal.ts';
import { ensureTemporalBinary } from '../cli/setup/temporalBinary.js';
import { createDatabase, type Database } from '../stores/postgres/database.ts';
import { migrate } from '../stores/postgres/migrate.ts';
import { entryOf, startChild } from './child.ts';
import { besideCheckout, pictureSet } from './files/sets.ts';
import type { LoopOrder, LoopReport, LoopSettings } from './loops/orders.ts';
import { freePort } from './stack/freePort.ts';
import { type Stack, startStack } from './stack/stack.ts';

type Pictures = Awaited<ReturnType<typeof pictureSet>>;

/** Foreign load up to which wall times are worth a judgement. */
const QUIET_CORES = 0.3;

/** What a gate on wall time says of itself when other programs took too much of the machine. */
export function suspendedByLoad(foreign: number): { suspended?: string } {
  if (foreign <= QUIET_CORES) return {};
  return { suspended: `others used ${foreign.toFixed(1)} cores, too much to judge wall time` };
}

export interface Loop {
  pid: number;
  run(order: LoopOrder): Promise<LoopReport>;
}

/** What benchmarks share. Everything is started when first asked for and stopped by `close`. */
export interface Lab {
  tell(line: string): void;
  /** Pictures decoded at the same time, everywhere: what the product does by default. */
  readonly decoders: number;
  readonly scratchDir: string;
  photos(): Promise<Pictures>;
  small(): Promise<Pictures>;
  besideCheckout(...parts: string[]): Promise<Pictures | null>;
  /** Address of a directory that lists each picture of a set so many times. */
  addressOf(set: 'photos' | 'small', copies: number): Promise<string>;
  postgres(): Promise<RunningPostgres>;
  db(): Promise<Database>;
  temporal(): Promise<RunningTemporal>;
  stack(): Promise<Stack>;
  loop(name: 'bare' | 'fused' | 'stepByStep'): Promise<Loop>;
  /** Runs when the lab closes, before what was started earlier. */
  atEnd(work: () => Promise<void>): void;
  close(): Promise<void>;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

export async function openLab(tell: (line: string) => void, cacheDir: string): Promise<Lab> {
  const scratchDir = await mkdtemp(path.join(os.tmpdir(), 'tributary-bench-run-'));
  const endings: (() => Promise<void>)[] = [];
  const atEnd = (work: () => Promise<void>): void => void endings.push(work);
  const decoders = os.availableParallelism() + 1;
  const inScratch = (name: string): string => path.join(scratchDir, name);
  const removeWhenOrphaned = [scratchDir];

  const photos = once(() => pictureSet('photos', tell));
  const small = once(() => pictureSet('small', tell));

  const fileServer = once(async () => {
    const sets = { photos: (await photos()).files, small: (await small()).files };
    const child = startChild(entryOf('files/server'), { args: [JSON.stringify(sets)] });
    atEnd(() => child.stop());
    const { port } = await child.next<{ port: number }>();
    return `http://127.0.0.1:${port}`;
  });

  const postgres = once(async () => {
    tell('starting Postgres');
    const server = await startPostgres({
      dataDir: inScratch('postgres'),
      port: await freePort(),
      password: 'bench',
      logFile: inScratch('postgres.log'),
      log: tell,
      removeWhenOrphaned,
    });
    atEnd(() => server.stop());
    await migrate(server.url);
    return server;
  });

  const db = once(async () => {
    const { url } = await postgres();
    const made = createDatabase({ url, pool: 2, deadlineMs: 15_000, applicationName: 'bench' });
    atEnd(() => made.close());
    return made;
  });

  const temporal = once(async () => {
    const binary = await ensureTemporalBinary({ cacheDir, log: tell });
    tell('starting Temporal');
    const server = await startTemporal({
      binary,
      dbFile: inScratch('temporal.db'),
      port: await freePort(),
      uiPort: null,
      namespace: 'default',
      logFile: inScratch('temporal.log'),
      removeWhenOrphaned,
    });
    atEnd(() => server.stop());
    return server;
  });

  const stack = once(async () => {
    const [{ url }, { address }] = [await postgres(), await temporal()];
    const dataDir = inScratch('stack');
    await mkdir(dataDir, { recursive: true });
    tell('starting the workers');
    const corpus = await besideCheckout('corpus', 'files');
    const folders = corpus === null ? [] : [corpus.dir];
    const started = await startStack({
      databaseUrl: url,
      temporalAddress: address,
      dataDir,
      decoders,
      folders,
    });
    atEnd(() => started.stop());
    return started;
  });

  const loops = new Map<string, Promise<Loop>>();

  async function startLoop(name: string): Promise<Loop> {
    const settings: LoopSettings = {
      databaseUrl: (await postgres()).url,
      objectsDir: inScratch(`${name}-objects`),
      scratchDir: inScratch(`${name}-tmp`),
      decoders,
    };
    const child = startChild(entryOf('loops', name), { args: [JSON.stringify(settings)] });
    atEnd(() => child.stop());
    return {
      pid: child.pid,
      run(order) {
        child.process.send(order);
        return child.next<LoopReport>();
      },
    };
  }

  return {
    ...{ tell, decoders, scratchDir, photos, small, besideCheckout, postgres, db, temporal, stack, atEnd },
    addressOf: async (set, copies) => `${await fileServer()}/${set}/${copies}/`,
    loop(name) {
      const started = loops.get(name) ?? startLoop(name);
      loops.set(name, started);
      return started;
    },
    async close() {
      for (const end of endings.splice(0).toReversed()) {
        await end().catch((error: unknown) => tell(`not stopped cleanly: ${String(error)}`));
      }
      await rm(scratchDir, { recursive: true, force: true });
    },
  };
}
