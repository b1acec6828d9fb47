import { correcting } from './proxies.ts';

/**
 * Applies a correction of clocks, or undoes it, as its row says.
 *
 * Guarantee: when it ends, every image of the correction has its new time, or its old one again, exactly once.
 */
export async function correctClocks(correctionId: string): Promise<void> {
  await correcting.moveClocks.executeWithOptions({ summary: 'move the times' }, [correctionId]);
}
