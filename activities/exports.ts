import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Context } from '@temporalio/activity';
import { EXPORT_FILES } from '../domain/export.ts';
import { Failure, type FailureType, isFailureType } from '../domain/failures.ts';
import type { Project } from '../interchange/write/camtrap/package.ts';
import {
  type CollectedDeployment,
  classifiersOf,
  collectImages,
  deploymentsOf,
  detectorsOf,
} from '../stores/exports/collect.ts';
import {
  completeExport,
  type ExportRow,
  endExport,
  enterState,
  findExport,
} from '../stores/exports/exports.ts';
import { addPart, hasPart, partsOf } from '../stores/exports/parts.ts';
import { intend } from '../stores/looseObjects.ts';
import { exportFileKey, exportPartKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { blindnessOf } from '../stores/reports/blindness.ts';
import type { ExportActivities } from './contracts.ts';
import { writeFormat } from './exportFormats.ts';
import { deploymentId, partText, recordsOf } from './exportRecords.ts';
import { keepAlive } from './heartbeat.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** How often a file that is being written is asked after: somebody may have cancelled it. */
const LOOK_MS = 5_000;

export interface ExportDeps {
  db: Database;
  objects: ObjectStore;
  scratchRoot: string;
  /** What links begin with; `''`: they are left out. */
  base: string;
}

export function createExportActivities({ db, objects, scratchRoot, base }: ExportDeps): ExportActivities {
  /** Puts a file under a key that was written down before, so that it is found if no row ever holds it. */
  async function put(tenantId: string, key: string, file: string, mediaType: string): Promise<void> {
    await db.run((sql) => intend(sql, tenantId, [key]));
    await objects.putFile(key, file, mediaType);
  }

  async function isOpen(id: string): Promise<boolean> {
    const row = await db.run((sql) => findExport(sql, id));
    return row !== null && row.finishedAt === null;
  }

  /** Stays of cameras at places, and when the cameras did not see. */
  async function deployments(exportId: string) {
    const stays = await db.run((sql) => deploymentsOf(sql, exportId));
    const [tenantId] = stays.map((stay) => stay.tenantId);
    if (tenantId === undefined) return [];
    const cameras = stays.flatMap(({ camera }) => (camera === null ? [] : [camera]));
    const blind = await db.run((sql) => blindnessOf(sql, tenantId, [...new Set(cameras)]));
    return stays.map((one: CollectedDeployment) => ({
      ...one,
      id: deploymentId(one.locationId, one.camera),
      gaps: blind
        .filter(({ camera }) => camera === one.camera)
        .map(({ from, to }) => ({ from: from.getTime(), to: to.getTime() })),
    }));
  }

  async function material(row: ExportRow, keys: readonly string[], leftOut: Record<string, number>) {
    const [stays, [detector, ...others], [classifier, ...more]] = await Promise.all([
      row.format === 'camtrap_dp' ? deployments(row.id) : [],
      db.run((sql) => detectorsOf(sql, row.id)),
      db.run((sql) => classifiersOf(sql, row.id)),
    ]);
    const alone = others.length === 0 ? (detector ?? null) : null;
    return {
      records: recordsOf(objects, keys, base),
      about: {
        title: `Images of ${row.tenantName}`,
        createdAt: row.createdAt,
        detector:
          alone === null
            ? null
            : {
                name: alone.name,
                completedAt: alone.completedAt,
                typical: alone.threshold,
                conservative: null,
              },
        classifier: more.length === 0 ? (classifier ?? null) : null,
      },
      project: (row.options['project'] ?? null) as Project | null,
      deployments: stays,
      leftOut: (why: string) => {
        leftOut[why] = (leftOut[why] ?? 0) + 1;
      },
    };
  }

  return {
    async openExport(id) {
      const open = await db.run((sql) => enterState(sql, id, 'collecting'));
      return open?.images ?? null;
    },

    async collectPart(id, part) {
      await using _alive = keepAlive();
      try {
        const row = await db.run((sql) => findExport(sql, id));
        if (row === null || row.finishedAt !== null) return 'over';
        if (await db.run((sql) => hasPart(sql, id, part))) return 'collected';
        const least = row.options['min_confidence'];
        const images = await db.run((sql) =>
          collectImages(sql, id, part, typeof least === 'number' ? least : null),
        );
        await using scratch = await scratchDir(scratchRoot, 'export');
        const file = path.join(scratch.path, 'part');
        await writeFile(file, partText(images));
        const key = exportPartKey(row.tenantId, id, part);
        await put(row.tenantId, key, file, 'application/x-ndjson');
        const added = await db.tx((tx) => addPart(tx, id, { part, key, images: images.length }));
        return added || (await isOpen(id)) ? 'collected' : 'over';
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    async writeExport(id) {
      await using _alive = keepAlive();
      try {
        if ((await db.run((sql) => enterState(sql, id, 'writing'))) === null) return 'over';
        const row = await db.run((sql) => findExport(sql, id));
        if (row === null) return 'over';
        const keys = await db.run((sql) => partsOf(sql, id));
        const leftOut: Record<string, number> = {};
        const { extension, mediaType } = EXPORT_FILES[row.format];
        await using scratch = await scratchDir(scratchRoot, 'export');
        const file = path.join(scratch.path, 'file');
        const written = writeFormat(row.format, await material(row, keys, leftOut));
        const made = await spool(written, file, () => isOpen(id));
        if (made === null) return 'over';
        const key = exportFileKey(row.tenantId, id, extension);
        await put(row.tenantId, key, file, mediaType);
        const done = await db.tx((tx) => completeExport(tx, id, { key, ...made, leftOut }));
        return done ? 'completed' : 'over';
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    async failExport(id, type, detail) {
      const known: FailureType = isFailureType(type) ? type : 'internal_error';
      await db.tx((tx) => endExport(tx, id, { state: 'failed', type: known, detail }));
    },
  };
}

const PIECE = 1 << 16;

/** The same bytes in fewer, larger parts, so that a line does not cost as much as a write. */
async function* pieces(parts: AsyncIterable<string | Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of parts) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** Writes to a file what comes. @returns `null`: nobody wants it any more */
async function spool(
  parts: AsyncIterable<string | Uint8Array>,
  file: string,
  isWanted: () => Promise<boolean>,
): Promise<{ bytes: number; sha256: string } | null> {
  const { cancellationSignal } = Context.current();
  const hash = createHash('sha256');
  let bytes = 0;
  let lookAt = Date.now() + LOOK_MS;
  let wanted = true;
  const counted = (async function* () {
    for await (const chunk of pieces(parts)) {
      if (Date.now() >= lookAt) {
        wanted = await isWanted();
        if (!wanted) return;
        lookAt = Date.now() + LOOK_MS;
      }
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  })();
  try {
    await pipeline(Readable.from(counted), createWriteStream(file), { signal: cancellationSignal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new Failure('storage_full', 'No space for temporary files.', { cause: error });
    }
    throw error;
  }
  return wanted ? { bytes, sha256: hash.digest('hex') } : null;
}
