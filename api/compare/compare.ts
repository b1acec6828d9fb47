import { randomUUID } from 'node:crypto';
import type { CompareAnswer, CompareRequest, Comparison } from '../../domain/comparison.ts';
import { Failure } from '../../domain/failures.ts';
import { type ComparisonPlace, closeComparison, openComparison } from '../../stores/comparisons.ts';
import { type AssetRow, findAsset } from '../../stores/library.ts';
import type { ApiDeps } from '../deps.ts';
import { conflict, failureProblem, notFound, Problem } from '../problem.ts';

/** @throws Problem 404, or 409 while the picture is being processed */
export async function assetToCompare({ db }: ApiDeps, id: number): Promise<AssetRow> {
  const asset = await db.run((sql) => findAsset(sql, id));
  if (asset?.state === 'pending') throw conflict(`Image ${id} is still being processed. Try again shortly.`);
  if (asset?.state !== 'ready') throw notFound('image');
  return asset;
}

/** Has a worker compare two pictures; decoding is nothing for this process. @throws Problem */
export async function compare(
  { workflows }: ApiDeps,
  request: CompareRequest,
  id: string = randomUUID(),
): Promise<Comparison> {
  const answer: CompareAnswer | null = await workflows.compare(id, request);
  if (answer === null) {
    throw new Problem({
      status: 503,
      code: 'no_answer',
      title: 'The pictures could not be compared now',
      detail: 'No worker finished comparing them in time. Try again in a moment.',
      retryAfter: 10,
    });
  }
  if (!answer.ok) throw failureProblem(new Failure(answer.reason, answer.detail));
  return answer;
}

/**
 * Gives work a place for objects and removes them afterwards. After a 503 the place stays for the sweep, because a
 * worker that was merely slow may still put something there.
 */
export async function withPlace<T>(
  { db, objects }: ApiDeps,
  tenantId: string,
  work: (place: ComparisonPlace) => Promise<T>,
): Promise<T> {
  const place = await db.run((sql) => openComparison(sql, tenantId));
  let late = false;
  try {
    return await work(place);
  } catch (error) {
    late = error instanceof Problem && error.fields.status === 503;
    throw error;
  } finally {
    if (!late) await closeComparison(db, objects, place);
  }
}
