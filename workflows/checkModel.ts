import { checking } from './proxies.ts';

/** Opens a model where it is to run. Guarantee: what came of it is in the model's row afterwards; asking again is safe. */
export async function checkModel(modelId: number): Promise<void> {
  await checking.checkModel.executeWithOptions({ summary: `open model ${modelId}` }, [modelId]);
}
