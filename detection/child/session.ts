import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Box } from '../../domain/detection.ts';
import type { FoundBox } from '../../domain/detector.ts';
import { Failure } from '../../domain/failures.ts';
import type { Pixels } from '../../imaging/pixels.ts';
import { isOutOfMemory } from '../../imaging/rejection.ts';
import { type Manifest, modelName } from '../manifest.ts';
import { externalDataOf } from '../onnx/externalData.ts';
import { cutOut } from '../pixels/cut.ts';
import { type Provider, type ProviderSetting, providersFor } from '../providers.ts';
import {
  hasCudaLibrary,
  loadRuntime,
  type Runtime,
  type RuntimeSession,
  type ValueMetadata,
} from '../runtime.ts';
import { type Batch, batchOf } from './batch.ts';
import { createLook } from './look.ts';
import type { ClassScore, Opened, Spent } from './messages.ts';

type Times = Omit<Spent, 'decodeMs'>;

export interface Session {
  readonly opened: Opened;
  /** @param pictures not more than it takes at once */
  detect(pictures: readonly Pixels[]): Promise<{ boxes: FoundBox[]; spent: Times }[]>;
  /** The best answers for each part of a picture, one part after the other. */
  classify(pixels: Pixels, parts: readonly Box[]): Promise<{ each: ClassScore[][]; spent: Times }>;
}

/**
 * Opens a model and lets it look at a grey picture once: what is wrong with it shows then, and not with the first picture
 * that counts.
 * @throws Failure `runtime_missing`, `model_missing`, `model_damaged`, `model_unsafe`, `model_unreadable`,
 *   `model_mismatch`, `model_too_large`
 */
export async function openSession(
  modelPath: string,
  manifest: Manifest,
  threads: number,
  runOn: ProviderSetting = 'cpu',
): Promise<Session> {
  const runtime = await loadRuntime().catch((cause: unknown) => {
    throw new Failure('runtime_missing', 'onnxruntime-node is not installed.', { cause });
  });
  const model = readModel(modelPath, manifest);
  const { session, provider, instead } = await loadFirst(runtime, model, threads, runOn);
  const picture = pictureInput(session, manifest);
  const given = batchFor(picture, manifest, provider);
  const lookWith = (batch: Batch) => createLook({ runtime, session, manifest, picture: picture.name, batch });
  const look = lookWith(given);
  const { width, height } = manifest.input;
  const grey = { data: Buffer.alloc(width * height * 3, 128), width, height, channels: 3 } as const;
  const tryOut = async (batch: Batch): Promise<void> => {
    await lookWith(batch)(new Array<Pixels>(batch.most).fill(grey)).catch((error: unknown) => {
      throw error instanceof Failure
        ? error
        : refusal(error, 'model_mismatch', 'It does not run on a picture');
    });
  };
  await tryOut({ most: given.exactly ?? 1, exactly: given.exactly });
  const batch =
    given.exactly === null && given.most > 1 ? await batchThatWorks(given, manifest, tryOut) : given;
  return {
    opened: { provider, instead, batch: batch.most },
    detect: look,
    async classify(pixels, parts) {
      const each: ClassScore[][] = [];
      const total = { inputMs: 0, modelMs: 0, outputMs: 0 };
      for (let at = 0; at < parts.length; at += batch.most) {
        const some = parts.slice(at, at + batch.most).map((part) => cutOut(pixels, part));
        for (const { boxes, spent } of await look(some)) {
          each.push(boxes.map(({ classId, score }) => ({ classId, score })));
          total.inputMs += spent.inputMs;
          total.modelMs += spent.modelMs;
          total.outputMs += spent.outputMs;
        }
      }
      return { each, spent: total };
    },
  };
}

/** An input may say that it takes any number of pictures, and the rest of the model know nothing of it. */
async function batchThatWorks(
  given: Batch,
  manifest: Manifest,
  tryOut: (batch: Batch) => Promise<void>,
): Promise<Batch> {
  try {
    await tryOut(given);
    return given;
  } catch (error) {
    if (manifest.batch !== undefined) throw error;
    return { most: 1, exactly: null };
  }
}

/** @throws Failure `model_too_large` */
function batchFor({ shape }: ValueMetadata, { input, batch }: Manifest, provider: Provider): Batch {
  const bytes = input.width * input.height * 3 * Float32Array.BYTES_PER_ELEMENT;
  const found = batchOf(shape?.[0], batch, provider, bytes);
  if (found !== null) return found;
  throw new Failure(
    'model_too_large',
    `It takes ${shape?.[0]} pictures at once, which is more than there is room for.`,
  );
}

function readModel(modelPath: string, manifest: Manifest): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(modelPath);
  } catch (error) {
    const tooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_FS_FILE_TOO_LARGE';
    if (tooLarge) throw new Failure('model_too_large', 'An ONNX file cannot have more than 2 GiB.');
    throw new Failure('model_missing', `${manifest.file} of ${modelName(manifest)} cannot be read.`);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) {
    throw new Failure('model_damaged', `${manifest.file} does not have the SHA-256 that its manifest says.`);
  }
  const elsewhere = externalIn(bytes);
  if (elsewhere !== null) {
    throw new Failure(
      'model_unsafe',
      `${manifest.file} keeps numbers in another file ("${elsewhere.slice(0, 80)}").`,
    );
  }
  return bytes;
}

function externalIn(bytes: Buffer): string | null {
  try {
    return externalDataOf(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Failure('model_unreadable', error.message);
  }
}

/** Opens it on the first of what may be tried that works. */
async function loadFirst(
  runtime: Runtime,
  model: Buffer,
  threads: number,
  runOn: ProviderSetting,
): Promise<{ session: RuntimeSession; provider: Provider; instead: string | null }> {
  let instead: string | null = null;
  for (const provider of providersFor(runOn, runtime.listSupportedBackends(), hasCudaLibrary())) {
    if (provider === 'cpu') return { session: await load(runtime, model, threads, 'cpu'), provider, instead };
    try {
      return { session: await load(runtime, model, threads, provider), provider, instead };
    } catch (error) {
      instead = error instanceof Error ? error.message : String(error);
    }
  }
  throw new Failure('internal_error', 'There is nothing that the model could run on.');
}

async function load(
  runtime: Runtime,
  model: Buffer,
  threads: number,
  provider: Provider,
): Promise<RuntimeSession> {
  try {
    return await runtime.InferenceSession.create(model, {
      // What it cannot do there, it does on the processor.
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      // Threads that wait for each other spin; one session a core is as fast and leaves others alone.
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Fatal errors only: everything else comes as an exception.
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw refusal(error, 'model_unreadable', 'It cannot be loaded');
  }
}

/** The input that takes the picture. @throws Failure `model_mismatch` */
function pictureInput(session: RuntimeSession, { input, layout }: Manifest): ValueMetadata {
  const meta = session.inputMetadata.find(({ shape, isTensor }) => isTensor && shape?.length === 4);
  if (meta === undefined) throw new Failure('model_mismatch', 'It has no input of four dimensions.');
  if (meta.type !== 'float32') {
    throw new Failure(
      'model_mismatch',
      `Its input "${meta.name}" takes ${meta.type}; only float32 can be given.`,
    );
  }
  const { width, height } = input;
  const wanted = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
  if (!fits(meta, wanted)) {
    const has = `[${meta.shape?.join(', ')}]`;
    throw new Failure(
      'model_mismatch',
      `Its input "${meta.name}" is ${has}; the manifest says ${layout} ${width} × ${height}, that is [${wanted.join(', ')}].`,
    );
  }
  return meta;
}

/** Sizes with names, or of -1, are free, and so is the first: how many pictures it takes at once. */
function fits({ shape }: ValueMetadata, wanted: readonly number[]): boolean {
  return (
    shape?.every((size, at) => at === 0 || typeof size === 'string' || size <= 0 || size === wanted[at]) ??
    false
  );
}

function refusal(error: unknown, type: 'model_unreadable' | 'model_mismatch', what: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (isOutOfMemory(message)) {
    return new Failure('model_too_large', 'It needs more memory than it may use.', { cause: error });
  }
  return new Failure(type, `${what}: ${inWords(message)}.`, { cause: error });
}

/** The runtime's own words, without its error codes and the places in its code. */
function inWords(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line
    .replace(/\/[^\s:]*\/(?=[\w.-]+)/g, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 200);
}
