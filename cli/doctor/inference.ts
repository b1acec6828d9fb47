import type { Model } from '../../detection/detector.ts';
import { modelName } from '../../detection/manifest.ts';
import { createDetector } from '../../detection/pool.ts';
import type { ProviderSetting } from '../../detection/providers.ts';
import { INFERENCE_MEMORY_MIB, INFERENCE_TIMEOUT_MS } from '../../domain/limits.ts';
import { type Answer, ok, warn } from './finding.ts';

/** A large model is opened for longer than anybody waits here. */
const PATIENCE_MS = 12_000;

/** Opens a model as the workers do, and says what it runs on. */
export async function runsOn(model: Model, setting: ProviderSetting, there: string): Promise<Answer> {
  const detector = createDetector({
    ...{ sessions: 1, memoryMib: INFERENCE_MEMORY_MIB, timeoutMs: INFERENCE_TIMEOUT_MS, runOn: setting },
  });
  const name = modelName(model.manifest);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const { provider, instead, batch } = await detector.open(model, patience);
    const at = batch === 1 ? 'a picture at a time' : `${batch} pictures at a time`;
    if (instead === null) {
      return ok(`${there}; ${name} runs on ${provider === 'cuda' ? 'CUDA' : 'the processor'}, ${at}`);
    }
    return warn(
      `${there}; ${name} runs on the processor, because CUDA cannot be used: ${instead.slice(0, 200)}`,
      "Install onnxruntime's part for CUDA with its driver, CUDA 12 and cuDNN 9, or set INFERENCE_PROVIDER=cpu (docs/detection.md).",
    );
  } catch (error) {
    if (patience.aborted) return ok(`${there}; ${name} takes long to open`);
    const why = error instanceof Error ? error.message : String(error);
    return warn(`${there}; ${name} cannot be opened: ${why}`, 'tributary models check says more.');
  } finally {
    await detector.close();
  }
}
