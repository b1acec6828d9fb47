import { z } from 'zod';

export const MANIFEST_FILE = 'manifest.json';
/** One JSON object a line: what rows promise of the object store. */
export const OBJECTS_FILE = 'objects.jsonl';
export const TABLES_DIR = 'tables';
export const OBJECTS_DIR = 'objects';

const Sum = z.object({ bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

export const Table = Sum.extend({
  name: z.string(),
  /** In the order in which they stand in each line of the file; generated ones are not in it. */
  columns: z.array(z.string()),
  rows: z.int(),
});
export type Table = z.infer<typeof Table>;

/** What a backup consists of, written last: a directory without it is not a backup. */
export const Manifest = z.object({
  format: z.literal(1),
  /** Of the database's clock: the moment that everything is of. */
  takenAt: z.iso.datetime(),
  postgres: z.string(),
  /** The migration that the rows fit. */
  schema: z.int(),
  tables: z.array(Table),
  sequences: z.array(z.object({ name: z.string(), value: z.int() })),
  objects: Sum.extend({ count: z.int(), totalBytes: z.int(), included: z.boolean() }),
});
export type Manifest = z.infer<typeof Manifest>;

export const KeptObject = z.object({
  key: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  mediaType: z.string(),
});

/** A backup that cannot be made, or not be used, and what to do instead. Nothing was changed. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
