import path from 'node:path';
import cliProgress from 'cli-progress';
import { type Config, ConfigError } from '../config.ts';
import { type CopyReport, copyObjects } from '../stores/copyObjects.ts';
import { openObjectStore, type StorageSettings } from '../stores/objects/open.ts';
import { createDatabase } from '../stores/postgres/database.ts';

export type Target = Pick<StorageSettings, 's3'> & { objectsDir: string | null };

/** One line that says where it is, without secrets. */
function placeOf({ s3, objectsDir }: Target): string {
  return s3 === null ? `disk ${path.resolve(objectsDir ?? '')}` : `${s3.endpoint}/${s3.bucket}/${s3.prefix}`;
}

/** Copies the library's objects from where `config` keeps them. @throws ConfigError, Failure */
export async function runCopy(config: Config, target: Target, concurrency: number): Promise<CopyReport> {
  if (config.database.url === null)
    throw new ConfigError('The copy needs DATABASE_URL: rows say what to copy.');
  const { scratchDir } = config.storage;
  if (placeOf(target) === placeOf(config.storage)) {
    throw new ConfigError(
      'The target is where the objects are already. Name another one with TARGET_… variables.',
    );
  }
  const from = await openObjectStore(config.storage);
  const to = await openObjectStore({ s3: target.s3, objectsDir: target.objectsDir ?? '', scratchDir });
  const db = createDatabase({
    url: config.database.url,
    pool: 2,
    deadlineMs: 10 * 60_000,
    applicationName: 'tributary-copy',
  });
  console.error(`Copying from ${placeOf(config.storage)} to ${placeOf(target)}`);
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {value}/{total} objects, {eta_formatted} left', stream: process.stderr },
    cliProgress.Presets.shades_classic,
  );
  let begun = false;
  try {
    return await copyObjects({
      db,
      from,
      to,
      scratchDir,
      concurrency,
      onProgress(done, total) {
        if (!begun) bar.start(total, 0);
        begun = true;
        bar.update(done);
      },
    });
  } finally {
    bar.stop();
    await db.close();
  }
}

export function printCopy(report: CopyReport): void {
  const { promised, copied, copiedBytes, present, wrong, wrongCount, unpromised } = report;
  console.log(`${promised} objects are promised by rows`);
  console.log(`  ${copied} copied and verified, ${(copiedBytes / 1e6).toFixed(1)} MB`);
  console.log(`  ${present} were there already, verified`);
  if (unpromised > 0) console.log(`${unpromised} objects without a row were left where they are`);
  if (wrongCount === 0) return;
  console.log(`  ${wrongCount} could NOT be copied:`);
  for (const { key, why } of wrong) console.log(`    ${key}: ${why}`);
  console.log('Run the audit on the source; run the copy again once it is mended.');
}
