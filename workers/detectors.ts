import { availableParallelism } from 'node:os';
import type { Config } from '../config.ts';
import type { Detector } from '../detection/detector.ts';
import { createDetector } from '../detection/pool.ts';
import { INFERENCE_MEMORY_MIB, INFERENCE_TIMEOUT_MS } from '../domain/limits.ts';
import type { Logger } from '../log.ts';

/** The detector of one process, made for the first queue that needs it. */
export function createDetectors(
  config: Config,
  log: Logger,
): {
  get(): Detector;
  /** Process ids. */
  children(): number[];
  close(): Promise<void>;
} {
  let made: Detector | null = null;
  return {
    get() {
      made ??= createDetector({
        // One thread each: threads of one session wait for each other, and badly so when others take the processor.
        sessions: config.inferenceSessions ?? availableParallelism(),
        memoryMib: INFERENCE_MEMORY_MIB,
        timeoutMs: INFERENCE_TIMEOUT_MS,
        runOn: config.inferenceProvider,
        log: (message, fields) => log.warn(fields, message),
        tell: (message, fields) => log.info(fields, message),
      });
      return made;
    },
    children: () => made?.children() ?? [],
    close: async () => made?.close(),
  };
}
