import { readFile } from 'node:fs/promises';
import { type NodePartOptions, spawnNode, startNodePart } from './nodePart.ts';
import { createPart, type Part } from './part.ts';
import { createPartLog } from './partLog.ts';
import { whenHttpOk, whenItSaysSo } from './readiness.ts';
import { describeExit } from './running.ts';
import type { DevSettings } from './settings.ts';

export interface NodePartsContext {
  readonly settings: DevSettings;
  /** Where the API will answer. */
  readonly url: string;
  readonly logsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  onStarted(name: string, pid: number): void;
}

/** The API has only requests to finish; they end sooner than batches of images. */
const API_DRAIN_MS = 10_000;
/** A part that takes longer to get ready is worth a word. */
const PATIENCE_MS = 30_000;

export function nodeParts(context: NodePartsContext): { api: Part; workers: Part[] } {
  const { settings, url, logsDir, env, log, onStarted } = context;

  function part(
    name: string,
    own: Pick<NodePartOptions, 'argv' | 'whenReady' | 'drainMs'> & { env?: Readonly<Record<string, string>> },
  ): Part {
    const partLog = createPartLog(name, logsDir, log);
    return createPart({
      name,
      log,
      onStarted: (pid) => onStarted(name, pid),
      async start(signal) {
        const patience = setInterval(
          () => log(`[${name}] is not ready yet; its log: ${partLog.file}`),
          PATIENCE_MS,
        );
        try {
          return await startNodePart({ ...own, env: { ...env, ...own.env }, log: partLog }, signal);
        } finally {
          clearInterval(patience);
        }
      },
    });
  }

  return {
    api: part('api', {
      argv: settings.commands.api,
      whenReady: whenHttpOk(`${url}/readyz`),
      drainMs: API_DRAIN_MS,
    }),
    workers: settings.commands.workers.map(({ name, ...command }) =>
      part(name, { ...command, whenReady: whenItSaysSo(), drainMs: settings.drainMs }),
    ),
  };
}

/** Runs the migrations to their end. @throws Error with what they printed when they fail */
export async function runMigrations(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  logsDir: string,
  signal: AbortSignal,
): Promise<void> {
  const log = createPartLog('migrate', logsDir, () => {});
  const { child, exited } = spawnNode({ argv, env, log });
  const cut = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', cut, { once: true });
  const exit = await exited;
  signal.removeEventListener('abort', cut);
  signal.throwIfAborted();
  if (exit.code === 0) return;
  const told = (await readFile(log.file, 'utf8')).trim().split('\n').slice(-20).join('\n');
  throw new Error(`The database schema could not be brought up to date (${describeExit(exit)}):\n${told}`);
}
