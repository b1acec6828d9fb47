import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Box } from '../domain/detection.ts';
import { isFlyName } from '../domain/fly.ts';
import { ZOOM_SHARE } from '../domain/limits.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { wholeSize } from '../imaging/geometry.ts';
import type { Size } from '../imaging/pixels.ts';
import { expireFly, type FlyLimits } from '../stores/expireRenditions.ts';
import { originalKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import { partsToHide } from '../stores/privacy.ts';
import { commitRenditions, derivableFrom, type Sought, seekRendition } from '../stores/renditions.ts';
import type { RenditionActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { putMade } from './putMade.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface RenditionDeps {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchRoot: string;
  flyLimits: FlyLimits;
}

/** Renditions that are made when somebody asks for them. */
export function createRenditionActivities(deps: RenditionDeps): RenditionActivities {
  const { db, objects, decoder, scratchRoot, flyLimits } = deps;

  /**
   * The stored zoom where the result is as good as from the original; it decodes many times faster. Otherwise the
   * original.
   */
  async function sourceOf({
    asset,
    preset,
    blur,
  }: Sought): Promise<{ key: string; original: Size | null; hide: readonly Box[] }> {
    const zoom = await db.run((sql) => derivableFrom(sql, asset.id, blur));
    const whole = wholeSize(asset, preset);
    if (zoom !== null && whole.width <= zoom.width * ZOOM_SHARE && whole.height <= zoom.height * ZOOM_SHARE)
      return { key: zoom.objectKey, original: { width: asset.width, height: asset.height }, hide: [] };
    const hide = blur === '' ? [] : await db.run((sql) => partsToHide(sql, asset.id));
    return { key: originalKey(asset.tenantId, asset.uid), original: null, hide };
  }

  async function make(sought: Sought, signal: AbortSignal): Promise<void> {
    const { asset, preset, focal, focus, blur } = sought;
    await using scratch = await scratchDir(scratchRoot, 'rendition');
    const outputDir = path.join(scratch.path, 'out');
    await mkdir(outputDir);
    const { key: sourceKey, original, hide } = await sourceOf(sought);
    const source = await objects.localFile(sourceKey);
    try {
      const job = { inputPath: source.path, outputDir, presets: [preset], focal, original, hide };
      const result = await decoder.derive(job, signal, 'now');
      if (!result.ok) throw ApplicationFailure.nonRetryable(result.detail, result.reason);
      if (result.renditions.length === 0) throw new Error('The decoder made nothing.');
      const made = await putMade({ db, objects }, asset, result.renditions);
      const transient = isFlyName(preset.name);
      await db.tx((tx) => commitRenditions(tx, asset.id, made, { transient, focusOf: () => focus, blur }));
      if (transient) await db.run((sql) => expireFly(sql, flyLimits, asset.tenantId));
    } finally {
      await source.release();
    }
  }

  return {
    async makeRendition({ asset, preset }) {
      await using _alive = keepAlive();
      try {
        const sought = await db.run((sql) => seekRendition(sql, asset, preset));
        // Gone meanwhile, or made by whoever was faster: either way there is nothing left to do.
        if (sought === null || sought.state === 'fresh') return;
        await make(sought, Context.current().cancellationSignal);
      } catch (error) {
        throw toApplicationFailure(error);
      }
    },
  };
}
