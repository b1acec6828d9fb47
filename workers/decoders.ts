import { availableParallelism } from 'node:os';
import type { Config } from '../config.ts';
import { DECODE_MEMORY_MIB, DECODE_TIMEOUT_MS } from '../domain/limits.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { createDecoder } from '../imaging/pool.ts';

/** The decoders of one process, made for the first queue that needs them. */
export function createDecoders(config: Config): {
  get(): Decoder;
  /** Process ids. */
  children(): number[];
  close(): Promise<void>;
} {
  let made: Decoder | null = null;
  return {
    get() {
      made ??= createDecoder({
        children: config.decodeChildren ?? availableParallelism() + 1,
        memoryMib: DECODE_MEMORY_MIB,
        timeoutMs: DECODE_TIMEOUT_MS,
      });
      return made;
    },
    children: () => made?.children() ?? [],
    close: async () => made?.close(),
  };
}
