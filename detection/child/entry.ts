import type { FoundBox } from '../../domain/detector.ts';
import { Failure } from '../../domain/failures.ts';
import { hardenSharp } from '../../imaging/harden.ts';
import { isOutOfMemory } from '../../imaging/rejection.ts';
import type { Answer, Found, Keep, Order, Reply } from './messages.ts';
import { decode, keepPixels, pixelsOf } from './pictures.ts';
import { openSession, type Session } from './session.ts';

/**
 * A process that holds one model for as long as it lives (opening and closing models in one process loses memory) and
 * lets it look at one picture at a time, or at as many as the model takes at once.
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
      session = await openSession(order.modelPath, order.manifest, order.threads, order.runOn);
      return { kind: 'opened', ...session.opened };
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

async function detect(open: Session, { pictures }: Extract<Order, { kind: 'detect' }>): Promise<Reply> {
  const start = performance.now();
  const decoded = await Promise.all(pictures.map(({ picture }) => resultOf(() => decode(picture))));
  const decodeMs = (performance.now() - start) / pictures.length;
  const seen = await open.detect(decoded.flatMap((one) => (one.ok ? one.value : [])));
  const each: Found[] = [];
  for (const [i, pixels] of decoded.entries()) {
    const given = pictures[i];
    const found = pixels.ok ? seen.shift() : undefined;
    if (!pixels.ok || given === undefined || found === undefined) {
      each.push(pixels.ok ? { ok: false, type: 'internal_error', message: 'It was left out.' } : pixels);
      continue;
    }
    const { keep } = given;
    const wanted = keep !== null && isWanted(keep, found.boxes);
    const kept = await resultOf(async () => (wanted ? keepPixels(pixels.value, keep.file) : null));
    each.push(
      kept.ok
        ? { ok: true, boxes: found.boxes, kept: kept.value, spent: { decodeMs, ...found.spent } }
        : kept,
    );
  }
  return { kind: 'found', each, rssMib: mebibytes() };
}

/** What is wrong with the file of one picture is not the others' fault. Everything else is thrown. */
async function resultOf<T>(
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | Extract<Found, { ok: false }>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ok: false, type: error.type, message: error.message };
  }
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
