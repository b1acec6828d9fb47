import { randomUUID } from 'node:crypto';
import type { CompareAnswer, CompareRequest, Comparison } from '../../domain/comparison.ts';
import { Failure } from '../../domain/failures.ts';
import { type AssetRow, findAsset } from '../../stores/library.ts';
import { hold, intend } from '../../stores/looseObjects.ts';
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
 * Writes an object down before it is there and removes it after the work. After a 503 it is left to the sweep,
 * because a worker that was merely slow may still put it there.
 */
export async function withObject<T>(
  { db, objects }: ApiDeps,
  tenantId: string,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  await db.run((sql) => intend(sql, tenantId, [key]));
  let late = false;
  try {
    return await work();
  } catch (error) {
    late = error instanceof Problem && error.fields.status === 503;
    throw error;
  } finally {
    if (!late) {
      await objects.delete(key);
      await db.tx((tx) => hold(tx, [key]));
    }
  }
}
