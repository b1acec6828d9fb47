import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Tensor } from './pixels/tensor.ts';
import type { Backend } from './providers.ts';

/**
 * As much of onnxruntime-node 1.30 as is used. It is an optional dependency, so its own types may not be there when this
 * is compiled.
 */
export interface Runtime {
  InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<RuntimeSession>;
  };
  /** What it was built for, whether or not it is there. */
  listSupportedBackends(): readonly Backend[];
  Tensor: new (type: string, data: Tensor['data'], dims: readonly number[]) => Tensor;
}

export interface RuntimeSession {
  inputNames: readonly string[];
  inputMetadata: readonly ValueMetadata[];
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>;
}

export interface ValueMetadata {
  name: string;
  isTensor: boolean;
  type?: string;
  /** Names stand for sizes that are not fixed. */
  shape?: readonly (number | string)[];
}

/** @throws Error when it is not installed, or has nothing for this platform */
export async function loadRuntime(): Promise<Runtime> {
  // Not written into the import itself, where the compiler would look for it.
  const name = 'onnxruntime-node';
  const module = (await import(name)) as { default?: Runtime } & Runtime;
  return module.default ?? module;
}

/** Whether the part of the runtime that speaks to CUDA is installed, which is a package of hundreds of megabytes by itself. */
export function hasCudaLibrary(): boolean {
  try {
    const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
    const root = entry.slice(0, entry.lastIndexOf(`${path.sep}dist${path.sep}`));
    const file =
      process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
    return existsSync(path.join(root, 'bin', 'napi-v6', process.platform, process.arch, file));
  } catch {
    return false;
  }
}
