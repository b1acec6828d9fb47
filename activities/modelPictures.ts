import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DETECTOR_SHARE } from '../domain/limits.ts';
import type { Preset } from '../domain/presets.ts';
import type { Decoder } from '../imaging/decoder.ts';
import { fitInside, type Size } from '../imaging/pixels.ts';
import type { DetectTarget } from '../stores/detection/targets.ts';
import { originalKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';

export interface PictureDeps {
  objects: ObjectStore;
  decoder: Decoder;
}

export type WithPicture = <T>(
  target: DetectTarget,
  least: Size,
  dir: string,
  signal: AbortSignal,
  work: (file: string, size: Size) => Promise<T>,
) => Promise<T | { reason: string; detail: string }>;

/**
 * What models see of an asset, as a file: the largest whole rendition. Its bytes are small and were written by us, and a
 * picture gives the same boxes on the day that it comes in and years later. Where that is too small for the model, one is
 * made of the original.
 */
export function createPictures({ objects, decoder }: PictureDeps): WithPicture {
  return async (target, least, dir, signal, work) => {
    const { rendition } = target;
    const wanted = fitInside(target, least);
    if (rendition !== null && rendition.width >= wanted.width * DETECTOR_SHARE) {
      const file = await objects.localFile(rendition.objectKey);
      try {
        return await work(file.path, rendition);
      } finally {
        await file.release();
      }
    }
    const original = await objects.localFile(originalKey(target.tenantId, target.uid));
    try {
      const outputDir = path.join(dir, String(target.assetId));
      await mkdir(outputDir, { recursive: true });
      const job = { inputPath: original.path, outputDir, presets: [presetOf(least)] };
      const result = await decoder.derive(job, signal, 'soon');
      // It cannot be made any more.
      if (!result.ok) return { reason: result.reason, detail: result.detail };
      const [made] = result.renditions;
      if (made === undefined) throw new Error('The decoder made nothing.');
      return await work(made.path, made);
    } finally {
      await original.release();
    }
  };
}

/** As large as the model can use, and nearly lossless: it is thrown away afterwards. */
function presetOf({ width, height }: Size): Preset {
  return {
    ...{ name: 'detector', version: 1, fit: 'inside', width, height, format: 'jpeg', quality: 92 },
    ...{ chroma: '4:4:4', background: '#ffffff', focus: { x: 0.5, y: 0.5 }, eager: false },
  };
}
