import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import pLimit from 'p-limit';
import { Failure } from '../domain/failures.ts';
import { focusTag } from '../domain/presets.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { saveFacts, savePlaceholder } from '../stores/assets.ts';
import { originalKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import { type OutdatedAsset, outdatedIn } from '../stores/outdated.ts';
import type { Database } from '../stores/postgres/database.ts';
import { partsToHide } from '../stores/privacy.ts';
import { commitRenditions } from '../stores/renditions.ts';
import {
  advance,
  countMade,
  nextRange,
  openReprocess,
  recordFailure,
  setReprocessState,
} from '../stores/reprocesses.ts';
import { regroupAround } from '../stores/sequences/regroupAround.ts';
import type { ReprocessActivities, ReprocessBookkeeping } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { putMade } from './putMade.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

/** Pictures of one range under way at the same time; imports and people go first wherever they meet. */
const AT_ONCE = 3;
/** Attempts of a range after which what still fails is the asset's fault. */
const TRIES = 3;
/** Trouble of our own parts: the assets are fine, and waiting helps. */
const OURS = new Set(['database_unavailable', 'store_unavailable', 'storage_full']);

/** What a reprocess reads and writes of itself. */
export function createReprocessBookkeeping(db: Database): ReprocessBookkeeping {
  return {
    async openReprocess(id) {
      const open = await db.run((sql) => openReprocess(sql, id));
      if (open === null) {
        throw ApplicationFailure.nonRetryable('The reprocess no longer exists.', 'source_not_found');
      }
      return open;
    },
    nextRange: (id, after) => db.run((sql) => nextRange(sql, id, after)),
    advance: (id, upTo) => db.run((sql) => advance(sql, id, upTo)),
    setReprocessState: (id, state) => db.run((sql) => setReprocessState(sql, id, state)),
  };
}

export interface ReprocessDeps {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchRoot: string;
}

/** Makes renditions anew. What is there serves until the new is stored, and is let go of in the same transaction. */
export function createReprocessActivities({
  db,
  objects,
  decoder,
  scratchRoot,
}: ReprocessDeps): ReprocessActivities {
  /** @returns why the asset has to stay as it is, or `null` */
  async function makeAnew(
    reprocessId: string,
    asset: OutdatedAsset,
    asOf: Date | null,
    dir: string,
    signal: AbortSignal,
  ): Promise<{ type: string; detail: string } | null> {
    const original = await objects.localFile(originalKey(asset.tenantId, asset.uid));
    try {
      const outputDir = path.join(dir, String(asset.assetId));
      await mkdir(outputDir);
      const hide = asset.blur === '' ? [] : await db.run((sql) => partsToHide(sql, asset.assetId));
      const job = { inputPath: original.path, outputDir, presets: asset.presets, focal: asset.focal };
      const hints = {
        fileName: asset.name,
        modifiedAt: asset.modifiedAt?.toISOString() ?? null,
        timezone: asset.timezone,
      };
      // Facts are of the picture as it is, whatever is hidden in what it is shown as.
      const presets = hide.length > 0 ? [] : job.presets;
      const rendered = asset.oldFacts
        ? await decoder.render({ ...job, ...hints, presets }, signal, 'whenever')
        : null;
      if (rendered !== null && !rendered.ok) return { type: rendered.reason, detail: rendered.detail };
      const placeholder = asset.oldPlaceholder || (asset.oldFacts && hide.length > 0);
      const derived =
        rendered === null || hide.length > 0
          ? await decoder.derive({ ...job, hide, placeholder }, signal, 'whenever')
          : null;
      if (derived !== null && !derived.ok) return { type: derived.reason, detail: derived.detail };
      const facts = rendered?.facts ?? null;
      const rows = await putMade({ db, objects }, asset, (derived ?? rendered)?.renditions ?? []);
      const fitOf = (name: string) => asset.presets.find((preset) => preset.name === name)?.fit ?? 'inside';
      const record = () =>
        db.tx(async (tx) => {
          const focusOf = (name: string) => focusTag({ fit: fitOf(name) }, asset.focal);
          const how = { transient: false, focusOf, blur: asset.blur };
          if (!(await commitRenditions(tx, asset.assetId, rows, how))) return;
          await saveFacts(tx, asset.assetId, facts, asOf);
          const thumbhash = placeholder && derived?.ok ? derived.thumbhash : (facts?.thumbhash ?? null);
          if (thumbhash !== null) await savePlaceholder(tx, asset.assetId, thumbhash, asset.blur);
          await countMade(tx, reprocessId);
        });
      await (facts === null ? record() : regroupAround(db, [asset.assetId], record));
      return null;
    } finally {
      await original.release();
    }
  }

  /** @throws what is worth another try of the range */
  async function take(
    reprocessId: string,
    asset: OutdatedAsset,
    asOf: Date | null,
    dir: string,
  ): Promise<void> {
    const { cancellationSignal: signal, info } = Context.current();
    const fail = (type: string, detail: string) =>
      db.run((sql) => recordFailure(sql, reprocessId, { assetId: asset.assetId, type, detail }));
    try {
      const why = await makeAnew(reprocessId, asset, asOf, dir, signal);
      if (why !== null) await fail(why.type, why.detail);
    } catch (error) {
      if (signal.aborted) throw error;
      const type = error instanceof Failure ? error.type : 'internal_error';
      const final = error instanceof Failure && !error.retryable;
      if (OURS.has(type) || (!final && info.attempt < TRIES)) throw error;
      await fail(type, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    async reprocessRange(id, range) {
      await using _alive = keepAlive();
      try {
        await using scratch = await scratchDir(scratchRoot, 'reprocess');
        const { assets, asOf } = await db.run((sql) => outdatedIn(sql, id, range));
        const limit = pLimit(AT_ONCE);
        const ends = await Promise.allSettled(
          assets.map((asset) => limit(() => take(id, asset, asOf, scratch.path))),
        );
        const broken = ends.find((end) => end.status === 'rejected');
        if (broken !== undefined) throw broken.reason;
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
