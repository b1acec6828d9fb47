import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { Problem } from '../problem.ts';

/** What a change is allowed to replace: `null`, anything. */
export type Expected = ReadonlySet<number> | null;

const TAG = /^"(\d{1,15})\.[\w-]{1,64}"$/;

/**
 * Sends a resource that can be changed. The ETag holds its version, which changes with what people say of it, and a digest
 * of the whole, which changes with everything.
 */
export function sendVersioned(res: Response, version: number, body: object): void {
  const text = JSON.stringify(body);
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  res.set('ETag', `"${version}.${digest}"`).type('application/json').send(text);
}

/**
 * The versions that `If-Match` names. What happens to a resource by itself (a run, a frame) is no reason to refuse a
 * change, so only the version in a tag counts.
 */
export function expectedVersions(req: Pick<Request, 'headers'>): Expected {
  const given = req.headers['if-match']?.trim();
  if (given === undefined || given === '*') return null;
  return new Set(
    given.split(',').flatMap((tag) => {
      const [, version] = TAG.exec(tag.trim()) ?? [];
      return version === undefined ? [] : [Number(version)];
    }),
  );
}

/** @param version of the row, which is locked until it is changed @throws Problem 412 */
export function checkVersion(expected: Expected, version: number): void {
  if (expected === null || expected.has(version)) return;
  throw new Problem({
    status: 412,
    code: 'changed_meanwhile',
    title: 'It was changed meanwhile',
    detail: 'Somebody changed this since you read it. Nothing was done: read it again, and change that.',
  });
}
