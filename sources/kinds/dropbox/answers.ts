import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';

/** What of Dropbox's answers is used. Fields: https://github.com/dropbox/dropbox-api-spec (files, shared_links). */

const TIME = z.iso.datetime().optional().catch(undefined);
const HASH = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .optional()
  .catch(undefined);

const FILE = z.object({
  '.tag': z.literal('file'),
  name: z.string(),
  rev: z.string().min(1).max(256),
  size: z.int().min(0),
  client_modified: TIME,
  server_modified: TIME,
  content_hash: HASH,
  is_downloadable: z.boolean().default(true),
  /** Present for documents of an online editor. */
  export_info: z.unknown().optional(),
  path_display: z.string().nullish(),
});

const FOLDER = z.object({
  '.tag': z.literal('folder'),
  name: z.string(),
  path_display: z.string().nullish(),
});

/** `deleted`, and whatever the API learns to say later. */
const OTHER = z.object({ '.tag': z.string().refine((tag) => tag !== 'file' && tag !== 'folder') });

export const LIST_RESULT = z.object({
  entries: z.array(z.union([FILE, FOLDER, OTHER])).max(20_000),
  cursor: z.string().min(1).max(65_536),
  has_more: z.boolean(),
});

export const LINK_METADATA = z.object({
  '.tag': z.string(),
  name: z.string(),
  rev: z.string().min(1).max(256).optional(),
  size: z.int().min(0).optional(),
  client_modified: TIME,
  server_modified: TIME,
  expires: TIME,
  link_permissions: z
    .object({ resolved_visibility: z.object({ '.tag': z.string() }).optional() })
    .optional()
    .catch(undefined),
});

/** `Dropbox-API-Result` beside a content: of a link it has no hash, of one's own file it has. */
export const CONTENT_RESULT = z.object({
  rev: z.string().min(1).max(256),
  size: z.int().min(0),
  client_modified: TIME,
  server_modified: TIME,
  content_hash: HASH,
});

export type FileEntry = z.infer<typeof FILE>;
export type FolderEntry = z.infer<typeof FOLDER>;
export type Entry = FileEntry | FolderEntry;
export type ListResult = z.infer<typeof LIST_RESULT>;
export type LinkMetadata = z.infer<typeof LINK_METADATA>;
export type ContentResult = z.infer<typeof CONTENT_RESULT>;

/** Answers that are no JSON reach this as text, which no schema takes. @throws Failure `bad_response` */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new Failure('bad_response', 'Dropbox answered with something that its interface does not know.');
}

/** When the file was changed, by the clock of whoever put it there: for photos, the time on the card. */
export function modifiedAt(said: {
  client_modified?: string | undefined;
  server_modified?: string | undefined;
}) {
  const time = said.client_modified ?? said.server_modified;
  return time === undefined ? null : new Date(time);
}
