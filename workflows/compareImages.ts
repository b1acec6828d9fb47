import type { CompareAnswer, CompareRequest } from '../domain/comparison.ts';
import { comparing } from './proxies.ts';

/** Compares two pictures while somebody waits. Guarantee: it changes nothing; asking again is safe. */
export async function compareImages(request: CompareRequest): Promise<CompareAnswer> {
  return comparing.compare.executeWithOptions({ summary: `compare image ${request.asset}` }, [request]);
}
