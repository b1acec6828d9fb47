import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import pLimit from 'p-limit';
import type { UnfinishedUpload } from '../objectStore.ts';
import { pieceBody } from './file.ts';
import { headerOf, headObject } from './head.ts';
import { Damaged, persist } from './patience.ts';
import { Refused } from './refusal.ts';
import type { Body, Wire } from './wire.ts';
import { readXml } from './xml.ts';

/** Above this, an object is sent in parts: a part that fails is sent again, not the whole. */
export const SINGLE_BYTES = 64 * 2 ** 20;
const PART_BYTES = 16 * 2 ** 20;
/** S3 takes 10,000. */
const MAX_PARTS = 9_000;
/** Parts of one object in memory at the same time. */
const AT_ONCE = 3;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

async function begin(wire: Wire, key: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const { text } = await persist(
    () => wire.ask({ method: 'POST', key, query: { uploads: '' }, headers, right: [200] }),
    wire.patienceFor(0),
  );
  const id = readXml(text).fields.get('UploadId');
  if (id === undefined || id === '') throw new Error('The object store named no upload.');
  return id;
}

async function sendPart(
  wire: Wire,
  key: string,
  uploadId: string,
  number: number,
  body: Body,
): Promise<string> {
  const query = { partNumber: String(number), uploadId };
  const answer = await persist(
    () => wire.ask({ method: 'PUT', key, query, body, right: [200] }),
    wire.patienceFor(body.bytes),
  );
  return headerOf(answer, 'etag');
}

/** The answer may be a success that holds an error, and an error may come after the success. */
async function complete(
  wire: Wire,
  key: string,
  uploadId: string,
  etags: string[],
  whole: Body,
): Promise<void> {
  const xml = Buffer.from(
    `<CompleteMultipartUpload>${etags
      .map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`)
      .join('')}</CompleteMultipartUpload>`,
  );
  const body: Body = {
    bytes: xml.length,
    sha256: createHash('sha256').update(xml).digest('hex'),
    open: () => xml,
  };
  await persist(async (attempt) => {
    try {
      const { text } = await wire.ask({ method: 'POST', key, query: { uploadId }, body, right: [200] });
      if (readXml(text).root === 'Error') throw new Refused(500, text, {});
    } catch (error) {
      if (attempt === 1 || !(error instanceof Refused) || error.code !== 'NoSuchUpload') throw error;
      // An earlier try may have been carried out although it was answered with an error.
      const found = await headObject(wire, key);
      if (found?.sha256 !== whole.sha256 || found.bytes !== whole.bytes) throw error;
    }
  }, wire.patienceFor(whole.bytes));
}

/** Aborting what is gone is fine. @throws Failure */
export async function abortUpload(wire: Wire, key: string, uploadId: string): Promise<void> {
  await persist(
    () => wire.ask({ method: 'DELETE', key, query: { uploadId }, right: [200, 204, 404] }),
    wire.patienceFor(0),
  );
}

/**
 * Stores a file in parts. Each upload is one of its own: two of the same key do not see each other's parts, and what
 * fails is aborted.
 */
export async function putInParts(
  wire: Wire,
  key: string,
  path: string,
  whole: Body,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const size = Math.max(PART_BYTES, Math.ceil(whole.bytes / MAX_PARTS));
  const uploadId = await begin(wire, key, headers);
  try {
    const file = await open(path, 'r');
    try {
      const limit = pLimit(AT_ONCE);
      const etags = await Promise.all(
        Array.from({ length: Math.ceil(whole.bytes / size) }, (_, at) =>
          limit(async () => {
            const from = at * size;
            const body = await pieceBody(file, from, Math.min(size, whole.bytes - from));
            return sendPart(wire, key, uploadId, at + 1, body);
          }).catch((error: unknown) => {
            limit.clearQueue();
            throw error;
          }),
        ),
      );
      await complete(wire, key, uploadId, etags, whole);
    } finally {
      await file.close();
    }
  } catch (error) {
    // Best effort: what stays is swept a day later.
    await abortUpload(wire, key, uploadId).catch(() => {});
    throw error;
  }
}

/** Uploads in parts that were begun and neither finished nor aborted. @param prefix of all keys, taken off them */
export async function* listUploads(wire: Wire, prefix: string): AsyncGenerator<UnfinishedUpload> {
  let marker: Record<string, string> = {};
  for (;;) {
    const query = { uploads: '', prefix, 'max-uploads': '1000', ...marker };
    const { text } = await persist(
      () => wire.ask({ method: 'GET', key: null, query, right: [200] }),
      wire.patienceFor(0),
    );
    const { fields, rows } = readXml(text, 'Upload');
    for (const row of rows) {
      const key = row.get('Key') ?? '';
      const uploadId = row.get('UploadId') ?? '';
      // An empty key would name the bucket.
      if (!key.startsWith(prefix) || key === prefix || uploadId === '') continue;
      yield { key: key.slice(prefix.length), uploadId, begunAt: new Date(row.get('Initiated') ?? '') };
    }
    const next = fields.get('NextKeyMarker') ?? '';
    if (fields.get('IsTruncated') !== 'true' || next === '') return;
    const again = { 'key-marker': next, 'upload-id-marker': fields.get('NextUploadIdMarker') ?? '' };
    if (
      again['key-marker'] === marker['key-marker'] &&
      again['upload-id-marker'] === marker['upload-id-marker']
    )
      throw new Damaged('The list of unfinished uploads goes round in circles.');
    marker = again;
  }
}
