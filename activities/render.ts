import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import type { EndedItem, FetchedItem, RenderedItem } from '../domain/batch.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { type RenderTarget, renderTargets, saveRendered } from '../stores/assets.ts';
import { originalKey, renditionKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { eagerPresets, type PresetRow } from '../stores/presets.ts';
import type { RenderActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { type Stumble, settleStumbles, tryAgain } from './itemTries.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

const eagerOf = (presets: PresetRow[] | undefined) => (presets === undefined ? {} : { presets });

export interface RenderDeps {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchRoot: string;
  reached: ReachFailpoint;
}

/** The render stage: one decode of each picture gives its facts and renditions. */
export function createRenderActivities({
  db,
  objects,
  decoder,
  scratchRoot,
  reached,
}: RenderDeps): RenderActivities {
  /** @returns the end of a picture that cannot be shown, or `null`. @throws Failure */
  async function render(
    item: number,
    target: RenderTarget,
    presets: { asOf: Date; of: Map<string, PresetRow[]> },
    dir: string,
    signal: AbortSignal,
  ): Promise<EndedItem | null> {
    const original = await objects.localFile(originalKey(target.tenantId, target.uid));
    try {
      const outputDir = path.join(dir, String(target.assetId));
      await mkdir(outputDir);
      const result = await decoder.render(
        {
          inputPath: original.path,
          outputDir,
          fileName: target.name,
          modifiedAt: target.modifiedAt?.toISOString() ?? null,
          timezone: target.timezone,
          ...eagerOf(presets.of.get(target.tenantId)),
        },
        signal,
      );
      if (!result.ok) {
        return {
          item,
          outcome: 'rejected',
          reason: result.reason,
          detail: result.detail,
          asset: target.assetId,
        };
      }
      const renditions = await Promise.all(
        result.renditions.map(async ({ path: file, ...rendition }) => {
          const key = renditionKey(target.tenantId, target.uid, rendition);
          await objects.putFile(key, file, rendition.mediaType);
          return { ...rendition, key };
        }),
      );
      reached('rendition-put');
      await db.run((sql) => saveRendered(sql, target.assetId, result.facts, renditions, presets.asOf));
      reached('rendition-row');
      return null;
    } finally {
      await original.release();
    }
  }

  async function renderItems(items: FetchedItem[], before: readonly EndedItem[]) {
    const signal = Context.current().cancellationSignal;
    // Every item of the batch listens to it.
    setMaxListeners(0, signal);
    const targets = await db.run((sql) =>
      renderTargets(
        sql,
        items.map(({ asset }) => asset),
      ),
    );
    const presets = await db.run((sql) =>
      eagerPresets(
        sql,
        targets.map(({ tenantId }) => tenantId),
      ),
    );
    const itemOf = new Map(items.map(({ item, asset }) => [asset, item]));
    const rendered: RenderedItem[] = [];
    const ended: EndedItem[] = [];
    const stumbles: Stumble[] = [];
    await using scratch = await scratchDir(scratchRoot, 'render');
    await using alive = keepAlive(() => ended);
    await Promise.all(
      targets.map(async (target) => {
        const item = itemOf.get(target.assetId);
        if (item === undefined) return;
        const known = before.find((end) => end.item === item);
        if (known !== undefined) {
          ended.push(known);
          return;
        }
        try {
          const end = target.rendered ? null : await render(item, target, presets, scratch.path, signal);
          if (end === null) rendered.push({ item, asset: target.assetId });
          else ended.push(end);
        } catch (error) {
          stumbles.push({ item, asset: target.assetId, error });
        }
      }),
    );
    if (signal.aborted) await Context.current().cancelled;
    const settled = await settleStumbles(db, stumbles);
    ended.push(...settled.ended);
    if (settled.left > 0) {
      alive.beat();
      throw tryAgain(settled);
    }
    return { rendered, ended };
  }

  return {
    async renderBatch(items) {
      try {
        return await renderItems(
          items,
          (Context.current().info.heartbeatDetails as EndedItem[] | undefined) ?? [],
        );
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
