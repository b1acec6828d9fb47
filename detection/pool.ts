import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '../domain/failures.ts';
import { CUDA_MEMORY_MIB, MODEL_LOAD_MS, MODEL_MEMORY_FACTOR } from '../domain/limits.ts';
import { type Child as AnyChild, startChild } from '../imaging/child/start.ts';
import { createSlots, type Slot } from '../imaging/slots.ts';
import type { Given, Opened, Order, Reply } from './child/messages.ts';
import type { DetectionRun, Detector, Model, Refusal } from './detector.ts';
import { createGather, type Waiting, whenAllAbort } from './gather.ts';
import { type Manifest, modelName } from './manifest.ts';
import type { ProviderSetting } from './providers.ts';
import { crashed, outOfMemory, timedOut } from './refusals.ts';
import { hasCudaLibrary } from './runtime.ts';

export interface DetectorOptions {
  /** Processes, each with one model and one picture at a time, or as many as it takes at once. They are started when first needed. */
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
  /** What models run on; the processor when absent. */
  runOn?: ProviderSetting;
  /** Of what goes wrong, and of what is only good to know. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  tell?: (message: string, fields: Record<string, unknown>) => void;
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
  const { sessions, memoryMib, timeoutMs, runOn = 'cpu', log = () => {}, tell = () => {} } = options;
  const roomMib = memoryMib + (runOn !== 'cpu' && hasCudaLibrary() ? CUDA_MEMORY_MIB : 0);
  const entry = options.childEntry ?? siblingScript('child/entry');
  const detectors = createSlots<Holder>(sessions);
  const classifiers = createSlots<Holder>(options.classifierSessions ?? Math.ceil(sessions / 2));
  const living = new Set<Child>();
  /** How models run that were open here. */
  const opened = new Map<string, Opened>();
  const gathers = new Map<string, ReturnType<typeof createGather<Slot<Holder>>>>();
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
  async function askIn<Kind extends Answered>(
    slot: Slot<Holder>,
    model: Model,
    order: Extract<Order, { kind: 'detect' | 'classify' }>,
    kind: Kind,
    signal: AbortSignal,
  ): Promise<({ ok: true } & Extract<Reply, { kind: Kind }>) | Refusal> {
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
  }

  /** @throws Failure of the model, or of the picture's file */
  async function detectIn(
    slot: Slot<Holder>,
    model: Model,
    given: Given,
    signal: AbortSignal,
  ): Promise<DetectionRun> {
    const run = await askIn(slot, model, { kind: 'detect', pictures: [given] }, 'found', signal);
    if (!run.ok) return run;
    const [found] = run.each;
    if (found?.ok) return found;
    throw new Failure(found?.type ?? 'internal_error', found?.message ?? 'The picture was left out.');
  }

  /** Several pictures in one call. Where that comes to nothing each has a turn alone, so that only its own trouble is its. */
  async function detectTogether(
    slot: Slot<Holder>,
    model: Model,
    some: readonly Waiting[],
    signal: AbortSignal,
  ): Promise<readonly Waiting[]> {
    const child = await childFor(slot, model, signal);
    const order = { kind: 'detect', pictures: some.map(({ given }) => given) } as const;
    const run = await child.run(order, timeoutMs * some.length, signal);
    if (run.kind === 'answered' && run.answer.kind === 'found') {
      for (const [i, one] of some.entries()) {
        const found = run.answer.each[i];
        if (found?.ok) one.resolve(found);
        else one.reject(new Failure(found?.type ?? 'internal_error', found?.message ?? 'It was left out.'));
      }
      return [];
    }
    if (run.kind === 'answered') await dismiss(slot);
    slot.held = null;
    if (run.kind === 'aborted') return [];
    if (closed) throw closedFailure();
    log('pictures are looked at one by one', { pictures: some.length, pid: child.pid, why: run.kind });
    return some;
  }

  async function runAll(slot: Slot<Holder>, model: Model, some: readonly Waiting[]): Promise<void> {
    using signal = whenAllAbort(some.map((one) => one.signal));
    const alone = some.length === 1 ? some : await detectTogether(slot, model, some, signal);
    for (const one of alone) {
      if (one.signal.aborted) continue;
      await detectIn(slot, model, one.given, one.signal).then(one.resolve, one.reject);
    }
  }

  /** Whoever asks for a model that takes several pictures at once, asks together with others. */
  function gatherFor(model: Model): ReturnType<typeof createGather<Slot<Holder>>> {
    const key = keyOf(model);
    const gather =
      gathers.get(key) ??
      createGather<Slot<Holder>>(
        (signal, work) => withSlot(model, signal, (slot) => work(slot, opened.get(key)?.batch ?? 1)),
        (slot, some) => runAll(slot, model, some),
      );
    gathers.set(key, gather);
    return gather;
  }

  /** The slot's child when it holds the model, or a new one. @throws Failure */
  async function childFor(slot: Slot<Holder>, model: Model, signal: AbortSignal): Promise<Child> {
    const key = keyOf(model);
    if (slot.held?.key === key && slot.held.child.alive()) return slot.held.child;
    await dismiss(slot);
    const known = refused.get(key);
    if (known !== undefined && Date.now() < known.until) throw known.failure;
    refused.delete(key);
    const limit = roomMib + MODEL_MEMORY_FACTOR * (await mebibytesOf(model));
    for (let attempt = 1; ; attempt += 1) {
      if (closed) throw closedFailure();
      const child = startChild<Order, Reply>({
        ...{ entry, memoryMib: limit, name: 'inference process', nice: BEHIND },
      });
      living.add(child);
      void child.ended.then(() => living.delete(child));
      const trouble = await openIn(child, model, limit, signal);
      if (trouble === null) {
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
    const { path: modelPath, manifest } = model;
    const order = { kind: 'open', modelPath, manifest, threads: 1, runOn } as const;
    const run = await child.run(order, MODEL_LOAD_MS, signal);
    const name = modelName(model.manifest);
    switch (run.kind) {
      case 'answered':
        if (run.answer.kind !== 'opened') return { failure: failureOf(run.answer), byChance: false };
        note(model, run.answer);
        return null;
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

  /** How a model runs is said once, when it is opened first, and when that changes. */
  function note(model: Model, { provider, instead, batch }: Opened): void {
    const key = keyOf(model);
    const before = opened.get(key);
    opened.set(key, { provider, instead, batch });
    if (before?.provider === provider) return;
    const fields = { model: modelName(model.manifest), provider, batch };
    if (instead === null) tell('model opened', fields);
    else log('model runs on the processor, because CUDA cannot be used', { ...fields, why: instead });
  }

  async function dismiss(slot: Slot<Holder>): Promise<void> {
    const { held } = slot;
    slot.held = null;
    await held?.child.kill();
  }

  return {
    async detect(model, picture, signal, keep = null) {
      const given = { picture, keep };
      if ((opened.get(keyOf(model))?.batch ?? 1) > 1) return gatherFor(model)(given, signal);
      return withSlot(model, signal, (slot) => detectIn(slot, model, given, signal));
    },
    classify: (model, picture, boxes, signal) =>
      withSlot(model, signal, (slot) =>
        askIn(slot, model, { kind: 'classify', picture, boxes }, 'classified', signal),
      ),
    open: (model, signal) =>
      withSlot(model, signal, async (slot) => {
        await childFor(slot, model, signal);
        const how = opened.get(keyOf(model));
        if (how === undefined) throw new Failure('internal_error', 'The model was opened and forgotten.');
        return how;
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
