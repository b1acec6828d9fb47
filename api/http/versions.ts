import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { Problem } from '../problem.ts';

/** A number that rows count up, or what `versionOf` makes of those that do not. */
export type Version = number | string;
/** What a change is allowed to replace: `null`, anything. */
export type Expected = ReadonlySet<string> | null;

const TAG = /^"([\w-]{1,22})\.[\w-]{1,64}"$/;
const DIGEST_CHARS = 22;

const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_CHARS);

/** The version of a resource whose row counts none. @param said what people say of it, and nothing that changes by itself */
export const versionOf = (said: object): string => digestOf(JSON.stringify(said));

/**
 * Sends a resource that can be changed. The ETag holds its version, which changes with what people say of it, and a digest
 * of the whole, which changes with everything.
 */
export function sendVersioned(res: Response, version: Version, body: object): void {
  const text = JSON.stringify(body);
  res
    .set('ETag', `"${version}.${digestOf(text)}"`)
    .type('application/json')
    .send(text);
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
      return version === undefined ? [] : [version];
    }),
  );
}

/** @param version of the row, which is locked until it is changed @throws Problem 412 */
export function checkVersion(expected: Expected, version: Version): void {
  if (expected !== null && !expected.has(String(version))) throw changedMeanwhile();
}

/** The same for what never changes under its tag, such as a file. @throws Problem 412 */
export function checkTag(req: Pick<Request, 'headers'>, tag: string): void {
  const given = req.headers['if-match']?.split(',').map((each) => each.trim());
  if (given !== undefined && !given.includes('*') && !given.includes(tag)) throw changedMeanwhile();
}

function changedMeanwhile(): Problem {
  return new Problem({
    status: 412,
    code: 'changed_meanwhile',
    title: 'It was changed meanwhile',
    detail: 'Somebody changed this since you read it. Nothing was done: read it again, and change that.',
  });
}
