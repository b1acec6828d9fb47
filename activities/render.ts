import { setMaxListeners } from 'node:events';
import { Context } from '@temporalio/activity';
import type { EndedItem, FetchedItem, RenderedItem } from '../domain/batch.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { type RenderTarget, renderTargets, saveRendered } from '../stores/assets.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { RenderActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { type Stumble, settleStumbles, tryAgain } from './itemTries.ts';
import { renderOriginal } from './renderOriginal.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

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
    dir: string,
    signal: AbortSignal,
  ): Promise<EndedItem | null> {
    const result = await renderOriginal({ objects, decoder }, target, dir, signal);
    if (!result.ok) {
      return {
        item,
        outcome: 'rejected',
        reason: result.reason,
        detail: result.detail,
        asset: target.assetId,
      };
    }
    reached('rendition-put');
    await db.run((sql) => saveRendered(sql, target.assetId, result.facts, result.renditions));
    reached('rendition-row');
    return null;
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
          const end = target.rendered ? null : await render(item, target, scratch.path, signal);
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
