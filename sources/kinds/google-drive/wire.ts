import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { ID, KEY } from './ids.ts';

const FILE_FIELDS =
  'id,name,mimeType,size,md5Checksum,sha256Checksum,modifiedTime,resourceKey,trashed,' +
  'shortcutDetails(targetId,targetMimeType,targetResourceKey),capabilities/canDownload';

/** What `fields` asks for. Never `permissions`: with them a page has 100 files at most. */
export const FIELDS = {
  file: FILE_FIELDS,
  page: `nextPageToken,incompleteSearch,files(${FILE_FIELDS})`,
} as const;

const key = z.string().regex(KEY).nullable().default(null).catch(null);
/** Text that Postgres takes; anything else in a name is judged by `names.ts`. */
const NAME = z.string().transform((text) => text.toWellFormed().replaceAll('\0', '\ufffd'));

const hash = (length: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-fA-F]{${length}}$`))
    .transform((text) => text.toLowerCase())
    .optional()
    .catch(undefined);

/** A `File` of Drive v3 (developers.google.com/workspace/drive/api/reference/rest/v3/files), as far as it is asked for. */
const FILE = z.object({
  id: z.string().regex(ID),
  name: NAME.default(''),
  mimeType: z.string().default(''),
  size: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  md5Checksum: hash(32),
  sha256Checksum: hash(64),
  modifiedTime: z.string().max(64).optional(),
  resourceKey: key,
  trashed: z.boolean().optional(),
  shortcutDetails: z
    .object({
      targetId: z.string().regex(ID),
      targetMimeType: z.string().default(''),
      targetResourceKey: key,
    })
    .optional()
    .catch(undefined),
  capabilities: z.object({ canDownload: z.boolean().optional() }).optional(),
});

export type DriveFile = z.infer<typeof FILE>;

const PAGE = z.object({
  nextPageToken: z.string().min(1).max(16_384).optional(),
  incompleteSearch: z.boolean().optional(),
  files: z.array(FILE).max(1_000).default([]),
});

export type FilePage = z.infer<typeof PAGE>;

const strange = () =>
  new Failure('bad_response', 'Google Drive answered with something that is not its API.');

export function readFile(data: unknown): DriveFile {
  const read = FILE.safeParse(data);
  if (read.success) return read.data;
  throw strange();
}

export function readPage(data: unknown): FilePage {
  const read = PAGE.safeParse(data);
  if (read.success) return read.data;
  throw strange();
}

const NATIVE = 'application/vnd.google-apps.';
export const isFolder = (mimeType: string) => mimeType === `${NATIVE}folder`;
export const isShortcut = (mimeType: string) => mimeType === `${NATIVE}shortcut`;
/** Documents of the online editors and other things without bytes. */
export const isNative = (mimeType: string) => mimeType.startsWith(NATIVE);
