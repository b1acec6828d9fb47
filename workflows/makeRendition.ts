import type { RenditionOrder } from '../domain/batch.ts';
import { making } from './proxies.ts';

/**
 * Makes one rendition that somebody waits for.
 *
 * Guarantee: however many ask for the same one at the same time, it is made once, because they all wait for the one
 * workflow that its id allows.
 */
export async function makeRendition(order: RenditionOrder): Promise<void> {
  await making.makeRendition.executeWithOptions({ summary: `make ${order.preset}` }, [order]);
}
