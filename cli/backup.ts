import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, ConfigError } from '../config.ts';
import { dumpRows, writeManifest } from '../stores/backup/dump.ts';
import { checkTables, loadRows, prepareDatabase } from '../stores/backup/load.ts';
import { BackupError, MANIFEST_FILE, Manifest, OBJECTS_FILE } from '../stores/backup/manifest.ts';
import { findObjects, type ObjectsReport, returnObjects, saveObjects } from '../stores/backup/objects.ts';
import { checkSummed } from '../stores/backup/summing.ts';
import { type Woken, wakeRestored } from '../stores/backup/wake.ts';
import { openObjectStore } from '../stores/objects/open.ts';
import { createDatabase } from '../stores/postgres/database.ts';
import { ServerError } from './client/server.ts';

export interface BackupReport {
  manifest: Manifest;
  /** `null`: they are only listed. */
  objects: ObjectsReport | null;
}

export interface RestoreReport {
  manifest: Manifest;
  /** What was copied into the store, or, of a backup that only lists them, found in it. */
  objects: ObjectsReport;
  woken: Woken;
}

/** What a person can do something about is told without a stack. */
async function toldPlainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof BackupError ? new ServerError(error.message) : error;
  }
}

/** Writes a backup into a directory that is new or empty. @throws ServerError, Failure */
export async function runBackup(config: Config, dir: string, withObjects: boolean): Promise<BackupReport> {
  const { url } = config.database;
  if (url === null) throw new ConfigError('A backup needs DATABASE_URL.');
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await readdir(dir)).length > 0)
    throw new ServerError(`${dir} is not empty. Name a new directory for each backup.`);
  return toldPlainly(async () => {
    const { storage } = config;
    // Rows first: every object that they promise is in the store by then.
    const rows = await dumpRows(url, dir);
    const objects = withObjects
      ? await saveObjects(dir, await openObjectStore(storage), storage.scratchDir)
      : null;
    const manifest = { ...rows, objects: { ...rows.objects, included: withObjects } };
    await writeManifest(dir, manifest);
    return { manifest, objects };
  });
}

async function readManifest(dir: string): Promise<Manifest> {
  const file = path.join(dir, MANIFEST_FILE);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BackupError(`${dir} is no backup, or one that was cut off: it has no ${MANIFEST_FILE}.`);
  });
  try {
    return Manifest.parse(JSON.parse(text));
  } catch {
    throw new BackupError(`${file} is damaged, or of a release that this one does not know.`);
  }
}

/**
 * Puts a backup into an empty database, and its objects into the store. The backup is checked before anything is changed;
 * done again after it was cut off, it goes on.
 * @throws ServerError, Failure
 */
export async function runRestore(config: Config, dir: string): Promise<RestoreReport> {
  const { url } = config.database;
  if (url === null) throw new ConfigError('A restore needs DATABASE_URL: an empty database.');
  return toldPlainly(async () => {
    const manifest = await readManifest(dir);
    await checkSummed(path.join(dir, OBJECTS_FILE), manifest.objects);
    await checkTables(dir, manifest);
    await prepareDatabase(url, manifest);
    const store = await openObjectStore(config.storage);
    // Before the rows: what they promise is there from their first moment.
    const objects = manifest.objects.included
      ? await returnObjects(dir, store, config.storage.scratchDir)
      : await findObjects(dir, store);
    await loadRows(url, dir, manifest);
    const db = createDatabase({
      url,
      pool: 2,
      deadlineMs: 10 * 60_000,
      applicationName: 'tributary-restore',
    });
    try {
      return { manifest, objects, woken: await wakeRestored(db) };
    } finally {
      await db.close();
    }
  });
}

function printWrong({ wrong, wrongCount }: ObjectsReport, what: string): void {
  if (wrongCount === 0) return;
  console.log(`  ${wrongCount} ${what}:`);
  for (const { key, why } of wrong) console.log(`    ${key}: ${why}`);
}

export function printBackup({ manifest, objects }: BackupReport): void {
  const { takenAt, tables, objects: listed } = manifest;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const megabytes = (listed.totalBytes / 1e6).toFixed(1);
  console.log(
    `Everything as of ${takenAt}: ${rows} rows; they promise ${listed.count} objects, ${megabytes} MB`,
  );
  if (objects === null)
    console.log('  The objects are listed, not copied: keep them (tributary objects copy).');
  else console.log(`  ${objects.copied} objects copied and verified`);
  if (objects !== null)
    printWrong(objects, 'could NOT be copied (purged meanwhile, or damaged: run an audit)');
}

export function printRestore({ manifest, objects, woken }: RestoreReport): void {
  console.log(`Restored what was there at ${manifest.takenAt}.`);
  if (manifest.objects.included)
    console.log(`  ${objects.copied} objects copied and verified, ${objects.present} were there already`);
  else console.log(`  ${objects.present} of ${manifest.objects.count} objects are in the store`);
  printWrong(objects, 'are MISSING or wrong: tributary audit --fix says so in their rows');
  const { imports, sessions, others } = woken;
  console.log(`  To go on: ${imports} imports, ${sessions} capture sessions, ${others} other things.`);
  console.log('Start the processes now; when the work is done: tributary audit');
}
