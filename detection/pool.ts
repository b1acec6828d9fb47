import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '../domain/failures.ts';
import { MODEL_LOAD_MS, MODEL_MEMORY_FACTOR } from '../domain/limits.ts';
import { type Child as AnyChild, startChild } from '../imaging/child/start.ts';
import { createSlots, type Slot } from '../imaging/slots.ts';
import type { Order, Reply } from './child/messages.ts';
import type { Detector, Model, Refusal } from './detector.ts';
import { type Manifest, modelName } from './manifest.ts';
import { crashed, outOfMemory, timedOut } from './refusals.ts';

export interface DetectorOptions {
  /** Processes, each with one model and one picture at a time. They are started when first needed. */
  sessions: number;
  /**
   * The same for classifiers, which have processes of their own: detector and classifier take turns at each batch, and
   * loading a model takes seconds. Default: half as many.
   */
  classifierSessions?: number;
  /** What one of them may allocate, beside what its model takes. */
  memoryMib: number;
  /** Wall-clock time for one picture. */
  timeoutMs: number;
  log?: (message: string, fields: Record<string, unknown>) => void;
  /** The script that a child runs; for tests that need one which misbehaves. */
  childEntry?: string;
}

type Child = AnyChild<Order, Reply>;

/** A child and the model that it holds. */
interface Holder {
  child: Child;
  key: string;
}

/**
 * A run keeps a core busy for as long as it takes. Whoever answers people or hands out work on the same cores goes first, so
 * that no loop of theirs stands still meanwhile; it still has a quarter of a core that is fought for.
 */
const BEHIND = 5;

/** A model that could not be opened is not tried again with each picture. */
const REFUSED_FOR_MS = 30_000;

/**
 * A detector whose children are limited, watched and replaced. A picture that brings its child down is tried once more in
 * a new one; what it has in common with other pictures is then only the model.
 */
export function createDetector(options: DetectorOptions): Detector {
  const { sessions, memoryMib, timeoutMs, log = () => {} } = options;
  const entry = options.childEntry ?? siblingScript('child/entry');
  const detectors = createSlots<Holder>(sessions);
  const classifiers = createSlots<Holder>(options.classifierSessions ?? Math.ceil(sessions / 2));
  const living = new Set<Child>();
  const opened = new Set<string>();
  const refused = new Map<string, { failure: Failure; until: number }>();
  let closed = false;

  async function withSlot<T>(
    model: Model,
    signal: AbortSignal,
    work: (slot: Slot<Holder>) => Promise<T>,
  ): Promise<T> {
    const wanted = keyOf(model);
    const slots = model.manifest.family === 'classifier' ? classifiers : detectors;
    const slot = await slots.take(signal, 0, ({ key }) => key === wanted);
    try {
      return await work(slot);
    } finally {
      slots.give(slot);
    }
  }

  /** Has the model answer an order, in a new child when one dies of it. */
  async function ask<Kind extends Answered>(
    model: Model,
    order: Extract<Order, { kind: 'detect' | 'classify' }>,
    kind: Kind,
    signal: AbortSignal,
  ): Promise<({ ok: true } & Extract<Reply, { kind: Kind }>) | Refusal> {
    return withSlot(model, signal, async (slot) => {
      const who = model.manifest.family === 'classifier' ? 'classifier' : 'detector';
      let verdict: Refusal = crashed(who, '');
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        const child = await childFor(slot, model, signal);
        signal.throwIfAborted();
        const run = await child.run(order, timeoutMs, signal);
        if (run.kind === 'answered') {
          const { answer } = run;
          if (isOf(answer, kind)) return { ok: true, ...answer };
          const failure = failureOf(answer);
          if (failure.type !== 'detector_memory' && failure.type !== 'detector_failed') throw failure;
          verdict = { ok: false, reason: failure.type, detail: failure.message };
          // Whatever it did to itself, it does not do to the next picture.
          await dismiss(slot);
          continue;
        }
        slot.held = null;
        if (run.kind === 'aborted') throw signal.reason;
        if (closed) throw closedFailure();
        if (run.kind === 'timed-out') return timedOut(who, timeoutMs);
        log('inference child died', { pid: child.pid, how: run.how, outOfMemory: run.outOfMemory, attempt });
        verdict = run.outOfMemory ? outOfMemory(who) : crashed(who, run.how);
      }
      return verdict;
    });
  }

  /** The slot's child when it holds the model, or a new one. @throws Failure */
  async function childFor(slot: Slot<Holder>, model: Model, signal: AbortSignal): Promise<Child> {
    const key = keyOf(model);
    if (slot.held?.key === key && slot.held.child.alive()) return slot.held.child;
    await dismiss(slot);
    const known = refused.get(key);
    if (known !== undefined && Date.now() < known.until) throw known.failure;
    refused.delete(key);
    const limit = memoryMib + MODEL_MEMORY_FACTOR * (await mebibytesOf(model));
    for (let attempt = 1; ; attempt += 1) {
      if (closed) throw closedFailure();
      const child = startChild<Order, Reply>({
        ...{ entry, memoryMib: limit, name: 'inference process', nice: BEHIND },
      });
      living.add(child);
      void child.ended.then(() => living.delete(child));
      const trouble = await openIn(child, model, limit, signal);
      if (trouble === null) {
        opened.add(key);
        slot.held = { child, key };
        return child;
      }
      await child.kill();
      if (closed) throw closedFailure();
      signal.throwIfAborted();
      const { failure, byChance } = trouble;
      if (byChance && attempt === 1) {
        log('inference child did not come up', { error: failure.message });
        continue;
      }
      // What was open here before is no bad model: whoever asks tries again.
      if (byChance && opened.has(key)) throw new Failure('internal_error', failure.message);
      if (failure.type !== 'internal_error') {
        refused.set(key, { failure, until: Date.now() + REFUSED_FOR_MS });
      }
      throw failure;
    }
  }

  /** `byChance`: it may be another time. */
  async function openIn(
    child: Child,
    model: Model,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ failure: Failure; byChance: boolean } | null> {
    const chance = (failure: Failure) => ({ failure, byChance: true });
    try {
      await child.ready;
    } catch (error) {
      return chance(error instanceof Failure ? error : new Failure('internal_error', String(error)));
    }
    const order = { kind: 'open', modelPath: model.path, manifest: model.manifest, threads: 1 } as const;
    const run = await child.run(order, MODEL_LOAD_MS, signal);
    const name = modelName(model.manifest);
    switch (run.kind) {
      case 'answered':
        return run.answer.kind === 'failure' ? { failure: failureOf(run.answer), byChance: false } : null;
      case 'died':
        return chance(
          run.outOfMemory
            ? new Failure('model_too_large', `${name} needs more than ${Math.round(limit)} MiB of memory.`)
            : new Failure('model_unreadable', `${name} crashed the process that opened it (${run.how}).`),
        );
      case 'timed-out':
        return chance(
          new Failure('model_unreadable', `${name} was not open after ${MODEL_LOAD_MS / 1_000} seconds.`),
        );
      case 'aborted':
        return chance(new Failure('internal_error', 'The opening of the model was given up.'));
    }
  }

  async function dismiss(slot: Slot<Holder>): Promise<void> {
    const { held } = slot;
    slot.held = null;
    await held?.child.kill();
  }

  return {
    detect: (model, picture, signal, keep = null) =>
      ask(model, { kind: 'detect', picture, keep }, 'found', signal),
    classify: (model, picture, boxes, signal) =>
      ask(model, { kind: 'classify', picture, boxes }, 'classified', signal),
    open: (model, signal) =>
      withSlot(model, signal, async (slot) => {
        await childFor(slot, model, signal);
      }),
    children: () => [...living].map((child) => child.pid),
    async close() {
      closed = true;
      for (const slots of [detectors, classifiers]) slots.close(closedFailure());
      await Promise.all([...living].map((child) => child.kill()));
    },
  };
}

type Answered = 'found' | 'classified';

function isOf<Kind extends Answered>(answer: Reply, kind: Kind): answer is Extract<Reply, { kind: Kind }> {
  return answer.kind === kind;
}

const KEYS = new WeakMap<Manifest, string>();

/** What is one model: the same file with another manifest is another one. */
function keyOf({ path, manifest }: Model): string {
  let key = KEYS.get(manifest);
  if (key === undefined) {
    key = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
    KEYS.set(manifest, key);
  }
  return `${key} ${path}`;
}

async function mebibytesOf({ path, manifest }: Model): Promise<number> {
  const file = await stat(path).catch(() => null);
  if (file === null)
    throw new Failure('model_missing', `${manifest.file} of ${modelName(manifest)} is not there.`);
  return file.size / 2 ** 20;
}

function failureOf(answer: Reply): Failure {
  if (answer.kind === 'failure') return new Failure(answer.type, answer.message);
  return new Failure('internal_error', 'The inference process answered something else than it was asked.');
}

function closedFailure(): Failure {
  return new Failure('internal_error', 'The detector was shut down before this picture was done; retry it.');
}

/** A script next to this file, with the ending that this file has: `.ts` from source, `.js` as built. */
function siblingScript(name: string): string {
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return fileURLToPath(new URL(`./${name}${ending}`, import.meta.url));
}
