import { fileURLToPath } from 'node:url';
import { Failure } from '../domain/failures.ts';
import { COMPARE_TIMEOUT_MS } from '../domain/limits.ts';
import type { Answer, Order, Result } from './child/messages.ts';
import { type Child as AnyChild, startChild } from './child/start.ts';
import type { CompareResult, Decoder, DeriveResult, RenderResult, Urgency } from './decoder.ts';
import { createSlots } from './slots.ts';

export interface DecoderOptions {
  /** Decoding processes, each with one picture at a time. They are started when first needed. */
  children: number;
  /** What one of them may allocate. */
  memoryMib: number;
  /** Wall-clock time for one picture. */
  timeoutMs: number;
  log?: (message: string, fields: Record<string, unknown>) => void;
  /** The script that a child runs; for tests that need one which misbehaves. */
  childEntry?: string;
}

type Reply = Exclude<Answer, { kind: 'ready' }>;
type Child = AnyChild<Order, Reply>;
type Refusal = Extract<DeriveResult, { ok: false }>;

const PLACE: Readonly<Record<Urgency, number>> = { now: 0, soon: 1, whenever: 2 };

/** Starting one costs half a second of work; this many pictures make that disappear and bound what a slow leak can add up to. */
const PICTURES_PER_CHILD = 2_000;

/** A child that has grown past this share of its limit has less left for the next picture than a new one. */
const GROWN_SHARE = 0.5;

/**
 * A decoder whose children are limited, watched and replaced. A picture that brings its child down is tried
 * once more in a new one, because the memory that was missing may have been another picture's.
 */
export function createDecoder(options: DecoderOptions): Decoder {
  const { children, memoryMib, timeoutMs, log = () => {} } = options;
  const entry = options.childEntry ?? siblingScript('child/entry');
  const slots = createSlots<Child>(children);
  const living = new Set<Child>();
  let closed = false;

  return {
    // A child answers an order with the result of its kind.
    render: (job, signal, urgency = 'soon') =>
      carryOut({ kind: 'render', job }, timeoutMs, signal, urgency) as Promise<RenderResult>,
    derive: (job, signal, urgency = 'soon') =>
      carryOut({ kind: 'derive', job }, timeoutMs, signal, urgency) as Promise<DeriveResult>,
    compare: (job, signal) =>
      carryOut(
        { kind: 'compare', job },
        Math.min(timeoutMs, COMPARE_TIMEOUT_MS),
        signal,
        'now',
      ) as Promise<CompareResult>,

    children: () => [...living].map((child) => child.pid),
    async close() {
      closed = true;
      slots.close(closedFailure());
      await Promise.all([...living].map((child) => child.kill()));
    },
  };

  async function carryOut(
    order: Order,
    withinMs: number,
    signal: AbortSignal,
    urgency: Urgency,
  ): Promise<Result> {
    const slot = await slots.take(signal, PLACE[urgency]);
    try {
      return await carryOutIn(slot, order, withinMs, signal);
    } finally {
      slots.give(slot);
    }
  }

  async function carryOutIn(
    slot: { held: Child | null },
    order: Order,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<Result> {
    let verdict: Result = crashed('');
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const child = await childOf(slot);
      signal.throwIfAborted();
      const isNew = child.served === 0;
      const run = await child.run(order, withinMs, signal);
      if (run.kind === 'answered') {
        if (shouldRetire(child, run.answer)) retire(slot, child);
        if (run.answer.kind === 'failure') throw new Failure(run.answer.type, run.answer.message);
        const { result } = run.answer;
        if (result.ok || result.reason !== 'decode_memory' || isNew) return result;
        verdict = result;
      } else {
        slot.held = null;
        if (run.kind === 'aborted') throw signal.reason;
        if (closed) throw closedFailure();
        if (run.kind === 'timed-out') return timedOut(withinMs);
        log('decoding child died', { pid: child.pid, how: run.how, outOfMemory: run.outOfMemory, attempt });
        verdict = run.outOfMemory ? outOfMemory() : crashed(run.how);
      }
    }
    return verdict;
  }

  /** The slot's child, or a new one. One that does not come up gets a second chance, then it is our failure. */
  async function childOf(slot: { held: Child | null }): Promise<Child> {
    if (slot.held?.alive()) return slot.held;
    slot.held = null;
    for (let attempt = 1; ; attempt += 1) {
      if (closed) throw closedFailure();
      const child = startChild<Order, Reply>({ entry, memoryMib, name: 'image decoder' });
      living.add(child);
      void child.ended.then(() => living.delete(child));
      try {
        await child.ready;
        slot.held = child;
        return child;
      } catch (error) {
        if (closed) throw closedFailure();
        if (attempt === 2) throw error;
        log('decoding child did not start', { error: String(error) });
      }
    }
  }

  function shouldRetire(child: Child, answer: Reply): boolean {
    if (child.served >= PICTURES_PER_CHILD) return true;
    if (answer.kind === 'failure') return false;
    const { result, rssMib, spent } = answer;
    return spent || rssMib > memoryMib * GROWN_SHARE || (!result.ok && result.reason === 'decode_memory');
  }

  function retire(slot: { held: Child | null }, child: Child): void {
    slot.held = null;
    // It has answered and holds nothing that would be lost.
    void child.kill();
  }

  function timedOut(afterMs: number): Refusal {
    const detail = `Decoding was stopped after ${afterMs / 1000} seconds.`;
    return { ok: false, reason: 'decode_timeout', detail };
  }

  function outOfMemory(): Refusal {
    return {
      ok: false,
      reason: 'decode_memory',
      detail: `Decoding needs more than ${memoryMib} MiB of memory.`,
    };
  }
}

function crashed(how: string): Refusal {
  return {
    ok: false,
    reason: 'decoder_crashed',
    detail: `The decoder died twice while reading this picture (${how}).`,
  };
}

function closedFailure(): Failure {
  return new Failure(
    'internal_error',
    'The image decoder was shut down before this picture was done; retry it.',
  );
}

/** A script next to this file, with the ending that this file has: `.ts` from source, `.js` as built. */
function siblingScript(name: string): string {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return fileURLToPath(new URL(`./${name}${ending}`, import.meta.url));
}
