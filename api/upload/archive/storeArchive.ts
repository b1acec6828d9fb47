import { randomUUID } from 'node:crypto';
import { Failure } from '../../../domain/failures.ts';
import { addArchive, dropArchive, giveArchive } from '../../../stores/archives.ts';
import { createImport } from '../../../stores/imports.ts';
import { archiveKey } from '../../../stores/objects/keys.ts';
import { enqueue } from '../../../stores/outbox.ts';
import type { Sql } from '../../../stores/postgres/database.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import type { UploadDeps } from '../../deps.ts';
import { ZIP } from '../judge.ts';
import type { SpooledFile } from '../spool.ts';

const KIND = 'archive';
/** Reading a directory of 100,000 entries takes a second or two. */
const LOOK_MS = 60_000;

export interface ArchiveUpload {
  tenantName: string;
  file: SpooledFile;
  force?: boolean;
  timezone?: string | null;
}

const settingsOf = (id: string) => ({ where: { kept: id }, include: [], exclude: [] });

/** The directory is read before the answer: a bomb or half an archive is refused while somebody is there to hear it. */
async function look(deps: UploadDeps, address: string, id: string): Promise<void> {
  const budget = { turn: async () => () => {} };
  const source = deps.sources.open(
    KIND,
    { address, settings: settingsOf(id) },
    { credentials: null, budget },
  );
  try {
    await source.list(null, AbortSignal.timeout(LOOK_MS));
  } finally {
    await source.close();
  }
}

/**
 * Keeps an archive and makes the import of what it holds. When it resolves, both are durable. The same archive again is
 * the same place in the ledger, whose files are known.
 *
 * @param also what becomes true in the same transaction
 * @returns the import's id
 * @throws Failure `not_an_archive`, `archive_unsafe`, `listing_too_large`: nothing is kept then
 */
export async function storeArchive(
  deps: UploadDeps,
  { tenantName, file, force = false, timezone = null }: ArchiveUpload,
  also: (tx: Sql, importId: string) => Promise<void> = async () => {},
): Promise<string> {
  const { db, objects, dispatcher } = deps;
  const { id: tenantId } = await db.run((sql) => ensureTenant(sql, tenantName));
  const id = randomUUID();
  const address = `archive:${file.sha256}`;
  await db.run((sql) => addArchive(sql, { id, tenantId, ...file }));
  try {
    const stored = await objects.putFile(archiveKey(tenantId, id), file.path, ZIP);
    if (stored.bytes !== file.bytes) {
      throw new Failure('store_unavailable', 'The object store holds fewer bytes than were written.');
    }
    await look(deps, address, id);
    const importId = await db.tx(async (tx) => {
      const made = await createImport(tx, {
        tenantId,
        kind: KIND,
        address,
        settings: settingsOf(id),
        force,
        timezone,
      });
      await giveArchive(tx, id, made);
      await enqueue(tx, { tenantId, kind: 'run-import', importId: made });
      await also(tx, made);
      return made;
    });
    dispatcher.kick();
    return importId;
  } catch (error) {
    // The sweep removes the object; when this fails too, it finds the row by its age.
    await db.run((sql) => dropArchive(sql, id)).catch(() => {});
    throw error;
  }
}
