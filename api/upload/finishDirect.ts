import { rm } from 'node:fs/promises';
import { Failure } from '../../domain/failures.ts';
import { incomingKey } from '../../stores/objects/keys.ts';
import { completeIntent, findIntent, type UploadIntent } from '../../stores/uploadIntents.ts';
import type { UploadDeps } from '../deps.ts';
import { conflict, notFound, Problem } from '../problem.ts';
import { createJudges } from './judge.ts';
import { type SpooledFile, spoolStream } from './spool.ts';
import { storeUpload } from './storeUpload.ts';

type Result = NonNullable<UploadIntent['result']>;

function different(what: string): Problem {
  return new Problem({
    status: 422,
    code: 'not_what_was_announced',
    title: 'The file is not the one that was announced',
    detail: `${what} Send the right file to the same url, or begin a new upload.`,
  });
}

/**
 * Brings a file that a client put into the store itself into the library, by the way of every upload: it is read
 * here, hashed, counted and looked at. Doing it again gives the same answer.
 */
export async function finishDirect(deps: UploadDeps, id: string): Promise<Result> {
  const { db, objects, config } = deps;
  const intent = await db.run((sql) => findIntent(sql, id));
  if (intent === null) throw notFound('upload; it may have expired');
  if (intent.result !== null) return intent.result;
  const key = incomingKey(intent.tenantId, id);

  async function check(): Promise<void> {
    const found = await objects.head(key);
    if (found === null) throw new Failure('object_missing', 'Nothing has arrived at the url of this upload.');
    if (intent !== null && found.bytes !== intent.bytes)
      throw different(`It has ${found.bytes} bytes and not ${intent.bytes}.`);
  }

  async function fetched(): Promise<SpooledFile> {
    await check();
    return spoolStream(await objects.read(key), intent?.name ?? '', {
      dir: config.storage.scratchDir,
      maxBytes: config.maxFileBytes,
      judge: createJudges(deps.sniff).image,
      createDigests: deps.createDigests,
    });
  }

  let file: SpooledFile;
  try {
    file = await fetched();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // What is no picture is not kept; another file may still be sent.
    if (error.type === 'unsupported_format' || error.type === 'too_large') await objects.delete(key);
    if (error.type !== 'object_missing') throw error;
    // Perhaps the same request came twice, and the other one has finished.
    const again = await db.run((sql) => findIntent(sql, id));
    if (again?.result != null) return again.result;
    throw conflict(
      `Nothing has arrived at the url of this upload yet. PUT the file there, then complete it${
        intent.expiresAt < new Date() ? '. The url has expired: begin a new upload' : ''
      }.`,
    );
  }
  try {
    if (intent.sha256 !== null && intent.sha256 !== file.sha256)
      throw different('Its bytes do not have the SHA-256 that was announced.');
    const stored = await storeUpload(deps, intent.tenantName, file, (tx, done) =>
      completeIntent(tx, id, { ...done, sha256: file.sha256 }),
    );
    // Left behind by a crash here, it is swept with the row.
    await objects
      .delete(key)
      .catch((error: unknown) => deps.log.warn({ err: error }, 'upload not tidied up'));
    return { ...stored, sha256: file.sha256 };
  } finally {
    await rm(file.path, { force: true });
  }
}
