import type { FoundBox } from '../../domain/detector.ts';
import { Failure } from '../../domain/failures.ts';
import { hardenSharp } from '../../imaging/harden.ts';
import { isOutOfMemory } from '../../imaging/rejection.ts';
import type { Answer, Keep, Order, Reply } from './messages.ts';
import { decode, keepPixels, pixelsOf } from './pictures.ts';
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
    return order.kind === 'detect' ? await detect(session, order) : await classify(session, order);
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failure', type: error.type, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    if (isOutOfMemory(message)) {
      return { kind: 'failure', type: 'detector_memory', message: 'The model ran out of memory.' };
    }
    return {
      kind: 'failure',
      type: 'detector_failed',
      message: `The model stopped: ${message.slice(0, 200)}`,
    };
  }
}

const mebibytes = (): number => process.memoryUsage.rss() / 2 ** 20;

async function detect(open: Session, { picture, keep }: Extract<Order, { kind: 'detect' }>): Promise<Reply> {
  const start = performance.now();
  const pixels = await decode(picture);
  const decodeMs = performance.now() - start;
  const { boxes, spent } = await open.detect(pixels);
  const wanted = keep !== null && isWanted(keep, boxes);
  const kept = wanted ? keepPixels(pixels, keep.file) : null;
  return { kind: 'found', boxes, kept, spent: { decodeMs, ...spent }, rssMib: mebibytes() };
}

function isWanted({ classes, from, emptyBelow }: Keep, boxes: readonly FoundBox[]): boolean {
  if (emptyBelow !== null && boxes.every(({ score }) => score < emptyBelow)) return true;
  return boxes.some(({ classId, score }) => score >= from && classes.includes(classId));
}

async function classify(
  open: Session,
  { picture, boxes }: Extract<Order, { kind: 'classify' }>,
): Promise<Reply> {
  const start = performance.now();
  const pixels = await pixelsOf(picture);
  const decodeMs = performance.now() - start;
  const { each, spent } = await open.classify(pixels, boxes);
  return { kind: 'classified', each, spent: { decodeMs, ...spent }, rssMib: mebibytes() };
}

function send(message: Answer): void {
  process.send?.(message);
}
