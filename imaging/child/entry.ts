import { Failure } from '../../domain/failures.ts';
import { comparePictures } from '../compare/compare.ts';
import { hardenSharp } from '../harden.ts';
import { isOutOfMemory, Rejection } from '../rejection.ts';
import { deriveBuffer, renderBuffer } from '../render.ts';
import { heicDecoderBroke } from '../steps/heic.ts';
import type { Answer, Order, Result } from './messages.ts';
import { readInput } from './read.ts';
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

async function carryOut({ kind, job }: Order): Promise<Result> {
  try {
    if (kind === 'compare') return { ok: true, ...(await comparePictures(job)) };
    const bytes = readInput(job.inputPath);
    if (kind === 'derive') {
      const { renditions, thumbhash } = await deriveBuffer(bytes, job);
      return { ok: true, renditions: writeRenditions(job.outputDir, renditions), thumbhash };
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

function send(message: Answer): void {
  process.send?.(message);
}
