import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { Attention, BatchRef, EndedItem, FetchedItem, FetchResult } from '../domain/batch.ts';
import { slotsOf } from '../domain/batchGrid.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import { Failure, waitsForHelp } from '../domain/failures.ts';
import { BATCH_WINDOW, FETCH_CONCURRENCY, MIME_TYPES } from '../domain/limits.ts';
import type { Fetched, Source } from '../sources/source.ts';
import { commitOriginal } from '../stores/assets.ts';
import { type ImportRecord, readImport } from '../stores/imports.ts';
import { type BatchItem, pendingInBatch } from '../stores/items.ts';
import { keepOriginal } from '../stores/keepOriginal.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import { noteParked } from '../stores/parking.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { FetchActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { type Stumble, settleStumbles, tryAgain } from './itemTries.ts';
import { createLanes } from './lanes.ts';
import type { OpenSource } from './openSource.ts';
import { createPartials } from './partials.ts';
import { scratchDir } from './scratch.ts';
import { sniffFile } from './sniffFile.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface FetchDeps {
  db: Database;
  objects: ObjectStore;
  openSource: OpenSource;
  scratchRoot: string;
  maxFileBytes: number;
  reached: ReachFailpoint;
}

/** An item that only a person (or time) can help. */
interface Parked {
  stumble: Stumble;
  failure: Failure;
}

function attention([first]: readonly Parked[]): { parked?: Attention } {
  if (first === undefined) return {};
  const { type, message, retryAfterMs } = first.failure;
  return {
    parked: { type, detail: message, ...(retryAfterMs !== undefined && { resumeInMs: retryAfterMs }) },
  };
}

/** The fetch stage: items become originals in the object store, hashed and deduplicated. */
export function createFetchActivities(deps: FetchDeps): FetchActivities {
  const { db, objects, openSource, reached } = deps;
  const partials = createPartials(deps.scratchRoot);
  const laneOf = createLanes(FETCH_CONCURRENCY * BATCH_WINDOW);

  /** Goes on where an earlier attempt broke off. @throws Failure */
  async function fetchFile(
    source: Source,
    item: BatchItem,
    toPath: string,
    signal: AbortSignal,
  ): Promise<Fetched> {
    await partials.adopt(item.id, toPath);
    try {
      return await source.fetch(item, { toPath, maxBytes: deps.maxFileBytes, signal, resumable: true });
    } catch (error) {
      await partials.leave(item.id, toPath);
      throw error;
    }
  }

  /** @returns what became of the item. @throws Failure */
  async function bringIn(
    record: ImportRecord,
    source: Source,
    item: BatchItem,
    toPath: string,
    signal: AbortSignal,
  ): Promise<FetchedItem | EndedItem> {
    const got = await fetchFile(source, item, toPath, signal);
    reached('fetch');
    if (got.bytes === 0) throw new Failure('empty_file', 'The file has no bytes.');
    const format = await sniffFile(toPath);
    if (format === null)
      throw new Failure('unsupported_format', 'The bytes are not those of an image format we read.');
    const kept = await keepOriginal(
      { db, objects, reached },
      {
        tenantId: record.tenantId,
        sha256: got.sha256,
        md5: got.md5,
        dropbox: got.dropbox,
        bytes: got.bytes,
        name: item.name,
        mediaType: MIME_TYPES[format],
        sourceKind: record.kind,
        modifiedAt: got.modifiedAt ?? item.modifiedAt,
      },
      toPath,
    );
    const { claim, assetId } = kept;
    const mine =
      claim !== null && (await db.run((sql) => commitOriginal(sql, { assetId, claim, itemId: item.id })));
    if (!mine) return { item: item.id, outcome: 'duplicate', reason: 'known_content', asset: assetId };
    reached('commit');
    return { item: item.id, asset: assetId };
  }

  /** The items that wait for a person; nobody watches a scheduled run, so its items fail instead. */
  async function park(record: ImportRecord, stumbles: readonly Stumble[]): Promise<Parked[]> {
    if (record.pullSourceId !== null) return [];
    const parked = stumbles.flatMap((stumble): Parked[] => {
      const { error } = stumble;
      return error instanceof Failure && waitsForHelp(error.type) ? [{ stumble, failure: error }] : [];
    });
    const notes = parked.map(({ stumble, failure }) => ({
      item: stumble.item,
      type: failure.type,
      detail: failure.message,
    }));
    await db.run((sql) => noteParked(sql, notes));
    return parked;
  }

  async function fetchItems(
    record: ImportRecord,
    items: BatchItem[],
    before: readonly EndedItem[],
  ): Promise<FetchResult> {
    const signal = Context.current().cancellationSignal;
    // Every item of the batch listens to it.
    setMaxListeners(0, signal);
    const fetched: FetchedItem[] = [];
    // Found again instead of fetched again, after an attempt that was lost or tried again.
    const ended = before.filter((end) => items.some((item) => item.id === end.item));
    const stumbles: Stumble[] = [];
    await using scratch = await scratchDir(deps.scratchRoot, 'fetch');
    await using alive = keepAlive(() => ended);
    const source = await openSource(record);
    const lane = laneOf(record.id);
    try {
      await Promise.all(
        items.map((item) =>
          lane.run(async () => {
            if (item.assetId !== null) {
              fetched.push({ item: item.id, asset: item.assetId });
              return;
            }
            if (signal.aborted || ended.some((end) => end.item === item.id)) return;
            try {
              const done = await bringIn(record, source, item, `${scratch.path}/${item.id}`, signal);
              if ('outcome' in done) ended.push(done);
              else fetched.push(done);
            } catch (error) {
              stumbles.push({ item: item.id, error });
            }
          }),
        ),
      );
      if (signal.aborted) await Context.current().cancelled;
      const parked = await park(record, stumbles);
      const settled = await settleStumbles(
        db,
        stumbles.filter((stumble) => !parked.some((one) => one.stumble === stumble)),
      );
      ended.push(...settled.ended);
      if (settled.left > 0) {
        alive.beat();
        throw tryAgain(settled);
      }
      return { fetched, ended, ...attention(parked) };
    } finally {
      lane.leave();
      await source.close();
    }
  }

  return {
    async fetchBatch(ref: BatchRef) {
      try {
        const record = await db.run((sql) => readImport(sql, ref.importId));
        if (record === null) return { fetched: [], ended: [] };
        const items = await db.run((sql) => pendingInBatch(sql, ref.importId, ...slotsOf(ref)));
        if (items.every((item) => item.assetId !== null)) {
          return {
            fetched: items.map((item) => ({ item: item.id, asset: item.assetId as number })),
            ended: [],
          };
        }
        return await fetchItems(
          record,
          items,
          (Context.current().info.heartbeatDetails as EndedItem[] | undefined) ?? [],
        );
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
