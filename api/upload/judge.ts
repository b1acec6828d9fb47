import { Failure } from '../../domain/failures.ts';
import { MIME_TYPES } from '../../domain/limits.ts';
import type { ApiDeps } from '../deps.ts';

/** What a file is by its first bytes: its media type. @throws Failure: nothing that is wanted here */
export type Judge = (head: Buffer) => Promise<string>;

/** Enough for every signature that we read. */
export const HEAD_BYTES = 4_100;

export const ZIP = 'application/zip';

const isZip = (head: Buffer): boolean =>
  // A local header, or the end of a directory without entries.
  ['504b0304', '504b0506'].includes(head.subarray(0, 4).toString('hex'));

export interface Judges {
  image: Judge;
  archive: Judge;
  /** A JSON object; whether it is complete shows when it is read. */
  json: Judge;
  either: Judge;
}

export function createJudges(sniff: ApiDeps['sniff']): Judges {
  async function image(head: Buffer): Promise<string> {
    if (head.length === 0) throw new Failure('empty_file', 'The file has no bytes.');
    if (isZip(head)) {
      throw new Failure(
        'unsupported_format',
        'This is a zip archive and not a picture: send it to POST /imports/archive to bring in what it holds.',
      );
    }
    const format = await sniff(head);
    if (format === null)
      throw new Failure('unsupported_format', 'These are not the bytes of an image format we read.');
    return MIME_TYPES[format];
  }

  async function archive(head: Buffer): Promise<string> {
    if (head.length === 0) throw new Failure('empty_file', 'The file has no bytes.');
    if (!isZip(head)) throw new Failure('not_an_archive', 'The file does not begin like a zip archive.');
    return ZIP;
  }

  async function json(head: Buffer): Promise<string> {
    if (/^\ufeff?\s*\{/.test(head.toString('utf8'))) return 'application/json';
    throw new Failure('bad_dataset', 'The file does not begin like a JSON object.');
  }

  return { image, archive, json, either: (head) => (isZip(head) ? archive(head) : image(head)) };
}
