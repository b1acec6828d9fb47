import type { DetectActivities } from './contracts.ts';

/**
 * The detect stage. No model can be configured yet, so it says so, and that is recorded with every asset:
 * a model added later finds these assets by that mark.
 */
export function createDetectActivities(): DetectActivities {
  return {
    detectBatch: async () => ({ state: 'skipped', reason: 'no-model' }),
  };
}
