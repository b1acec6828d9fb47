import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Decoder, RenderResult } from '../../imaging/decoder.ts';
import { createDecoder, type DecoderOptions } from '../../imaging/pool.ts';
import { NO_HINTS } from './render.ts';

export const MISBEHAVING = path.resolve(import.meta.dirname, 'fixtures/misbehavingChild.ts');
export const NEVER = new AbortController().signal;

export interface Bench {
  decoder: Decoder;
  dir: string;
  log: { message: string; fields: Record<string, unknown> }[];
  /** Writes the bytes to a file of that name and has it rendered. */
  render(name: string, bytes: Buffer, signal?: AbortSignal): Promise<RenderResult>;
  /** Process ids of decoding children that live now. */
  children(): number[];
  close(): Promise<void>;
}

/** Processes are watched through /proc; elsewhere the suites that do are skipped and counted. */
export function skipWithoutProc(test: Mocha.Context): void {
  if (process.platform !== 'linux') test.skip();
}

/** A decoder with a directory of its own. Linux is asked about processes through /proc. */
export async function createBench(options: Partial<DecoderOptions> = {}): Promise<Bench> {
  const dir = await mkdtemp(path.join(tmpdir(), 'decoder-'));
  const log: Bench['log'] = [];
  const decoder = createDecoder({
    children: 1,
    memoryMib: 640,
    timeoutMs: 60_000,
    log: (message, fields) => log.push({ message, fields }),
    ...options,
  });
  let made = 0;
  return {
    decoder,
    dir,
    log,
    async render(name, bytes, signal = NEVER) {
      made += 1;
      const outputDir = path.join(dir, String(made));
      await mkdir(outputDir);
      const inputPath = path.join(outputDir, name);
      await writeFile(inputPath, bytes);
      return decoder.render({ ...NO_HINTS, inputPath, outputDir, fileName: name }, signal);
    },
    children: () => decodingChildren(),
    async close() {
      await decoder.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** Children of a process that run a decoding script; the loader's own helper processes are not meant. */
export function decodingChildren(parent = process.pid): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        return (
          status.includes(`\nPPid:\t${parent}\n`) &&
          !/\nState:\tZ/.test(status) &&
          /entry\.ts|misbehavingChild/.test(command)
        );
      } catch {
        return false;
      }
    });
}

/** Largest resident size that a process ever had, in MiB. */
export function peakRssMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

export function isAlive(pid: number): boolean {
  try {
    return !/\nState:\tZ/.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

export async function until(what: string, holds: () => boolean, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until a process that was idle has worked for a tenth of a second. */
export async function busy(pid: number): Promise<void> {
  const before = ticks(pid);
  await until(`process ${pid} is at work`, () => ticks(pid) - before >= 10);
}

/** Processor time used so far, in hundredths of a second. */
function ticks(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
  const values = fields.split(' ');
  return Number(values[11]) + Number(values[12]);
}
