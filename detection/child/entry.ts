import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { Failure } from '../../domain/failures.ts';
import { hardenSharp } from '../../imaging/harden.ts';
import type { Pixels } from '../../imaging/pixels.ts';
import { isOutOfMemory } from '../../imaging/rejection.ts';
import type { Answer, Order, Reply } from './messages.ts';
import { openSession, type Session } from './session.ts';

/**
 * A process that holds one model for as long as it lives (opening and closing models in one process loses memory) and
 * lets it look at one picture at a time.
 */
hardenSharp();

// Without a parent there is nobody to answer to, and a run under way could go on for long.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

let session: Session | null = null;

process.on('message', (order: Order) => {
  void answer(order).then(send);
});

send({ kind: 'ready' });

async function answer(order: Order): Promise<Reply> {
  try {
    if (order.kind === 'open') {
      session = await openSession(order.modelPath, order.manifest, order.threads);
      return { kind: 'opened' };
    }
    if (session === null) throw new Error('No model was opened.');
    const start = performance.now();
    const pixels = await decode(order.picture);
    const decodeMs = performance.now() - start;
    const { boxes, spent } = await session.detect(pixels);
    return {
      kind: 'found',
      boxes,
      spent: { decodeMs, ...spent },
      rssMib: process.memoryUsage.rss() / 2 ** 20,
    };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failure', type: error.type, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    if (isOutOfMemory(message)) {
      return { kind: 'failure', type: 'detector_memory', message: 'The detector ran out of memory.' };
    }
    return {
      kind: 'failure',
      type: 'detector_failed',
      message: `The detector stopped: ${message.slice(0, 200)}`,
    };
  }
}

/** What a decoding child wrote: upright, sRGB, within the limits. @throws Failure `object_missing`, `object_damaged` */
async function decode(file: string): Promise<Pixels> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new Failure('object_missing', 'The rendition is not where it was stored.', { cause });
  }
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3 };
  } catch (cause) {
    throw new Failure('object_damaged', 'The rendition cannot be decoded.', { cause });
  }
}

function send(message: Answer): void {
  process.send?.(message);
}
