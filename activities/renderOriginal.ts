import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ImageFacts, RenditionFile } from '../domain/facts.ts';
import type { Decoder, RenderResult } from '../imaging/decoder.ts';
import { originalKey, renditionKey } from '../stores/objects/keys.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';

export interface Original {
  assetId: number;
  uid: string;
  tenantId: string;
  name: string;
  modifiedAt: Date | null;
  timezone: string | null;
}

/** Renditions that are in the store, under the keys that their rows will name. */
export interface Rendered {
  ok: true;
  facts: ImageFacts;
  renditions: (Omit<RenditionFile, 'path'> & { key: string })[];
}

/**
 * Decodes an original once and puts its renditions into the store; no row is changed.
 * @param dir scratch space of the caller
 * @throws Failure
 */
export async function renderOriginal(
  { objects, decoder }: { objects: ObjectStore; decoder: Decoder },
  target: Original,
  dir: string,
  signal: AbortSignal,
): Promise<Rendered | Extract<RenderResult, { ok: false }>> {
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
      },
      signal,
    );
    if (!result.ok) return result;
    const renditions = await Promise.all(
      result.renditions.map(async ({ path: file, ...rendition }) => {
        const key = renditionKey(target.tenantId, target.uid, rendition.preset, rendition.version);
        await objects.putFile(key, file, 'image/jpeg');
        return { ...rendition, key };
      }),
    );
    return { ok: true, facts: result.facts, renditions };
  } finally {
    await original.release();
  }
}
