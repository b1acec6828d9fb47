import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { batchAt } from '../domain/batchGrid.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import {
  type ImportRecord,
  lockImport,
  openImport,
  readImport,
  readPosition,
  setImportState,
} from '../stores/imports.ts';
import { skipPending } from '../stores/items.ts';
import { fillMd5 } from '../stores/knownHashes.ts';
import { addListedPage } from '../stores/listedPage.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import { parkImport, unparkImport } from '../stores/parking.ts';
import type { Database, Sql } from '../stores/postgres/database.ts';
import { recordRun } from '../stores/pulling/runs.ts';
import { requeueFailed } from '../stores/redrive.ts';
import type { ImportActivities, ImportPosition } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import type { OpenSource } from './openSource.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface ImportDeps {
  db: Database;
  objects: ObjectStore;
  openSource: OpenSource;
  reached: ReachFailpoint;
}

function gone(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('The import no longer exists.', 'source_not_found');
}

function positionOf(row: {
  listingComplete: boolean;
  slots: number;
  firstPendingSlot: number | null;
}): ImportPosition {
  return {
    listingComplete: row.listingComplete,
    slots: row.slots,
    firstOpenSlot: row.firstPendingSlot,
    firstOpenBatch: row.firstPendingSlot === null ? null : batchAt(1, row.firstPendingSlot),
  };
}

export function createImportActivities({ db, objects, openSource, reached }: ImportDeps): ImportActivities {
  async function position(sql: Sql, importId: string): Promise<ImportPosition> {
    const row = await readPosition(sql, importId);
    if (row === null) throw gone();
    return positionOf(row);
  }

  async function listNext(record: ImportRecord, signal: AbortSignal): Promise<void> {
    const source = await openSource(record);
    try {
      const page = await source.list(record.cursor, signal);
      if (!record.force) await fillMd5(db, objects, record, page.items);
      await db.tx((tx) => addListedPage(tx, record, page));
      reached('list');
    } finally {
      await source.close();
    }
  }

  return {
    openImport: (importId) =>
      db.tx(async (tx) => {
        const row = await openImport(tx, importId);
        if (row === null) throw gone();
        return { ...positionOf(row), paused: row.paused, parks: row.parks };
      }),

    async listPage(importId) {
      await using _alive = keepAlive();
      try {
        const record = await db.run((sql) => readImport(sql, importId));
        if (record === null) throw gone();
        if (!record.listingComplete) await listNext(record, Context.current().cancellationSignal);
        return await db.run((sql) => position(sql, importId));
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },

    requeueFailed: (importId) =>
      db.tx(async (tx) => {
        const requeued = await requeueFailed(tx, importId);
        return { ...(await position(tx, importId)), requeued };
      }),

    parkImport: (importId, attention) => db.run((sql) => parkImport(sql, importId, attention)),

    unparkImport: (importId, skip) =>
      db.tx(async (tx) => {
        await unparkImport(tx, importId, skip);
        return position(tx, importId);
      }),

    setImportState: (importId, state) => db.run((sql) => setImportState(sql, importId, state)),

    closeImport: (importId, end) =>
      db.tx(async (tx) => {
        // What is given another round at this moment is either seen below or opens the import again.
        await lockImport(tx, importId);
        if (end.state === 'cancelled') await skipPending(tx, importId);
        const at = await position(tx, importId);
        if (at.firstOpenSlot !== null) return { ...at, closed: false };
        await setImportState(tx, importId, end.state, end.error === undefined ? {} : { error: end.error });
        await recordRun(tx, importId);
        return { ...at, closed: true };
      }),
  };
}
