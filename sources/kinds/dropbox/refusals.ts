import { z } from 'zod';
import { Failure, type FailureType } from '../../../domain/failures.ts';
import type { Asked } from '../../reach/status.ts';

/** Dropbox understood the question and says no (HTTP 409). What it means depends on what was asked. */
export class Refusal extends Error {
  /** Tags of the error from the outside in: `path/not_found`. */
  readonly tag: string;

  constructor(tag: string) {
    super(`Dropbox refused (${tag})`);
    this.tag = tag;
  }
}

const TAGGED = z.record(z.string(), z.unknown());
const TAG = /^[a-z0-9_]{1,64}$/;

/** Tags of `{"error": {".tag": "path", "path": {".tag": "not_found"}}}` as a path, without anything else of the body. */
export function tagOf(body: unknown): string {
  let at = TAGGED.safeParse(body).data?.['error'];
  const tags: string[] = [];
  while (tags.length < 4) {
    const tag = typeof at === 'string' ? at : TAGGED.safeParse(at).data?.['.tag'];
    if (typeof tag !== 'string' || !TAG.test(tag)) break;
    tags.push(tag);
    at = TAGGED.safeParse(at).data?.[tag];
  }
  return tags.join('/') || 'unknown';
}

export const isDenied = (tag: string) => tag === 'shared_link_access_denied';

/** Of a listed file: it is gone, whichever of its parents is gone with it. */
const GONE: ReadonlySet<string> = new Set([
  'shared_link_not_found',
  'shared_link_is_directory',
  'path/not_found',
  'path/not_file',
  'path/not_folder',
]);

const UNREADABLE: ReadonlySet<string> = new Set([
  'path/restricted_content',
  'path/unsupported_content_type',
  'path/locked',
  'unsupported_file',
]);

function typeOf(tag: string, asked: Asked): FailureType {
  if (UNREADABLE.has(tag)) return 'read_denied';
  if (isDenied(tag)) return 'password_needed';
  if (asked === 'file' && GONE.has(tag)) return 'vanished';
  if (tag === 'shared_link_not_found' || tag === 'path/not_found') return 'source_not_found';
  if (tag === 'unsupported_link_type' || tag === 'path/not_folder' || tag === 'path/malformed_path') {
    return asked === 'file' ? 'read_denied' : 'bad_address';
  }
  return 'source_error';
}

const SENTENCES: Partial<Record<FailureType, string>> = {
  vanished: 'Dropbox no longer has the file',
  read_denied: 'Dropbox does not give this content away',
  source_not_found: 'Dropbox has nothing at this address',
  bad_address: 'Dropbox cannot list what is at this address',
};

/** The last word on a refusal that nothing else could be made of. */
export function refusalFailure({ tag }: Refusal, asked: Asked): Failure {
  const type = typeOf(tag, asked);
  return new Failure(type, `${SENTENCES[type] ?? 'Dropbox refused'} (${tag}).`);
}
