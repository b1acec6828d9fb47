import { readFileSync } from 'node:fs';
import { Failure } from '../../domain/failures.ts';
import type { DeriveResult, RenderResult } from '../decoder.ts';
import { hardenSharp } from '../harden.ts';
import { isOutOfMemory, Rejection } from '../rejection.ts';
import { deriveBuffer, renderBuffer } from '../render.ts';
import { heicDecoderBroke } from '../steps/heic.ts';
import type { Answer, Order } from './messages.ts';
import { writeRenditions } from './write.ts';

hardenSharp();

// Without a parent there is nobody to answer to, and a native decode under way could go on for long.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.on('message', (order: Order) => {
  void answer(order).then(send);
});

send({ kind: 'ready' });

async function answer(order: Order): Promise<Answer> {
  try {
    const result = await carryOut(order);
    return {
      kind: 'result',
      result,
      rssMib: process.memoryUsage.rss() / 2 ** 20,
      spent: heicDecoderBroke(),
    };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failure', type: error.type, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'failure',
      type: 'internal_error',
      message: `The picture could not be processed: ${message}`,
    };
  }
}

async function carryOut({ kind, job }: Order): Promise<RenderResult | DeriveResult> {
  try {
    const bytes = readInput(job.inputPath);
    if (kind === 'derive') {
      return { ok: true, renditions: writeRenditions(job.outputDir, await deriveBuffer(bytes, job)) };
    }
    const { facts, renditions } = await renderBuffer(bytes, job, job);
    return { ok: true, facts, renditions: writeRenditions(job.outputDir, renditions) };
  } catch (error) {
    if (error instanceof Rejection) return { ok: false, reason: error.reason, detail: error.message };
    if (error instanceof Error && !(error instanceof Failure) && isOutOfMemory(error.message)) {
      return { ok: false, reason: 'decode_memory', detail: 'The picture needs more memory than it may use.' };
    }
    throw error;
  }
}

/** Synchronous, like all files here: nothing else waits in this process, and no threads need to be woken. */
function readInput(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT')
      throw new Failure('object_missing', 'The original is not where it was stored.', { cause });
    if (cause instanceof Error && isOutOfMemory(cause.message)) throw cause;
    throw new Failure('internal_error', `The original could not be read (${code || 'unknown error'}).`, {
      cause,
    });
  }
}

function send(message: Answer): void {
  process.send?.(message);
}
