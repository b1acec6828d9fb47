import { Context } from '@temporalio/activity';
import { type FailureType, isFailureType } from '../domain/failures.ts';
import { readCocoImages } from '../interchange/read/cocoImages.ts';
import {
  type OpenFile,
  type ReadImage,
  readMegaDetector,
  readMegaDetectorHeader,
} from '../interchange/read/megadetector.ts';
import type { ReadProblem } from '../interchange/read/values.ts';
import {
  type DetectionFile,
  endDetectionFile,
  findDetectionFile,
  modelOfFile,
} from '../stores/detectionFiles/files.ts';
import { matchFiles } from '../stores/detectionFiles/match.ts';
import { type ReadBatch, saveBatch } from '../stores/detectionFiles/save.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { DetectionFileActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** Entries of one transaction. */
const BATCH = 500;

export function createDetectionFileActivities({
  db,
  objects,
}: {
  db: Database;
  objects: ObjectStore;
}): DetectionFileActivities {
  async function save(
    file: DetectionFile,
    modelId: number,
    upTo: number,
    entries: readonly (ReadImage | ReadProblem)[],
  ) {
    const images = entries.filter((one) => one.kind === 'image');
    const problems: { place: string; detail: string }[] = entries.flatMap((one) =>
      one.kind === 'problem' ? [{ place: one.where, detail: one.detail }] : [],
    );
    const matches = await db.run((sql) =>
      matchFiles(
        sql,
        file.tenantId,
        images.map((image) => image.file),
      ),
    );
    const taken = new Map<number, ReadBatch['entries'][number]>();
    for (const [i, { file: place, boxes, failure }] of images.entries()) {
      const match = matches[i];
      if (boxes === null) problems.push({ place, detail: failure ?? 'Not looked at' });
      else if (match === undefined || match === 'nothing')
        problems.push({ place, detail: 'No picture has this path or name.' });
      else if (match === 'several') problems.push({ place, detail: 'Several pictures have this name.' });
      else taken.set(match.asset, { asset: match.asset, boxes });
    }
    await db.tx((tx) => saveBatch(tx, file.id, modelId, { upTo, entries: [...taken.values()], problems }));
  }

  return {
    async importDetectionFile(id) {
      await using _alive = keepAlive();
      try {
        const file = await db.run((sql) => findDetectionFile(sql, id));
        if (file === null || file.finishedAt !== null) return;
        const modelId = await db.tx((tx) => modelOfFile(tx, file));
        const { cancellationSignal } = Context.current();
        const open: OpenFile = async function* () {
          for await (const chunk of await objects.read(file.objectKey)) {
            cancellationSignal.throwIfAborted();
            yield chunk as Uint8Array;
          }
        };
        const entries =
          file.format === 'coco'
            ? readCocoImages(open)
            : readMegaDetector(open, await readMegaDetectorHeader(open));
        let at = 0;
        let batch: (ReadImage | ReadProblem)[] = [];
        for await (const entry of entries) {
          at += 1;
          // Recorded by an attempt that was lost.
          if (at <= file.cursor) continue;
          batch.push(entry);
          if (batch.length < BATCH) continue;
          await save(file, modelId, at, batch);
          batch = [];
        }
        if (batch.length > 0) await save(file, modelId, at, batch);
        await db.tx((tx) => endDetectionFile(tx, id, null));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    async failDetectionFile(id, type, detail) {
      const known: FailureType = isFailureType(type) ? type : 'internal_error';
      await db.tx((tx) => endDetectionFile(tx, id, { type: known, detail }));
    },
  };
}
