import path from 'node:path';
import { startPostgres } from '../embedded/postgres.ts';
import type { Stack } from '../embedded/stackFile.ts';
import { startTemporal } from '../embedded/temporal.ts';
import { createPart, type Part } from './part.ts';
import { rotateWhenFull } from './rotate.ts';
import type { DevSettings } from './settings.ts';

export interface EmbeddedContext {
  readonly settings: DevSettings;
  readonly logsDir: string;
  readonly stack: Stack;
  readonly log: (line: string) => void;
  onStarted(name: string, pid: number): void;
}

export const postgresPart = (
  { settings, logsDir, stack, log, onStarted }: EmbeddedContext,
  port: number,
): Part =>
  createPart({
    name: 'postgres',
    log,
    onStarted: (pid) => onStarted('postgres', pid),
    start: () => {
      const logFile = path.join(logsDir, 'postgres.log');
      rotateWhenFull(logFile);
      const dataDir = path.join(settings.dataDir, 'postgres');
      return startPostgres({ dataDir, port, password: stack.password, logFile, log });
    },
  });

export const temporalPart = (
  { settings, logsDir, log, onStarted }: EmbeddedContext,
  ports: { port: number; uiPort: number },
  binary: string,
): Part =>
  createPart({
    name: 'temporal',
    log,
    onStarted: (pid) => onStarted('temporal', pid),
    start: () => {
      const logFile = path.join(logsDir, 'temporal.log');
      rotateWhenFull(logFile);
      return startTemporal({
        ...ports,
        binary,
        dbFile: path.join(settings.dataDir, 'temporal.db'),
        namespace: settings.temporalNamespace,
        searchAttributes: settings.searchAttributes,
        logFile,
      });
    },
  });
