import path from 'node:path';
import { Context } from '@temporalio/activity';
import type { CompareRequest } from '../domain/comparison.ts';
import { Failure } from '../domain/failures.ts';
import type { PresetName } from '../domain/presets.ts';
import type { Decoder, RenditionPath } from '../imaging/decoder.ts';
import { type AssetRow, findAsset, renditionsOf } from '../stores/library.ts';
import { differenceKey, originalKey } from '../stores/objects/keys.ts';
import type { LocalFile, ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { CompareActivities } from './contracts.ts';
import { keepAlive } from './heartbeat.ts';
import { scratchDir } from './scratch.ts';
import { toApplicationFailure } from './toApplicationFailure.ts';

export interface CompareDeps {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchRoot: string;
}

/** Comparing pictures, which is decoding them: it happens in the decoding children like any other decode. */
export function createCompareActivities(deps: CompareDeps): CompareActivities {
  const { db, objects, decoder, scratchRoot } = deps;

  async function find(id: number): Promise<AssetRow> {
    const asset = await db.run((sql) => findAsset(sql, id));
    if (asset?.state !== 'ready') throw new Failure('object_missing', `Image ${id} is not in the library.`);
    return asset;
  }

  /** The latest rendition of each preset as a file, the largest first; `held` takes them over. */
  async function renditionFiles(id: number, held: LocalFile[]): Promise<RenditionPath[]> {
    const rows = await db.run((sql) => renditionsOf(sql, [id]));
    const files: RenditionPath[] = [];
    for (const row of rows.toSorted(
      (a, b) => b.width * b.height - a.width * a.height || b.version - a.version,
    )) {
      const preset = row.preset as PresetName;
      if (files.some((file) => file.preset === preset)) continue;
      const file = await objects.localFile(row.objectKey);
      held.push(file);
      files.push({ preset, path: file.path });
    }
    return files;
  }

  async function compare({ asset: id, other, difference }: CompareRequest, held: LocalFile[]) {
    const { tenantId } = await find(id);
    const renditions = await renditionFiles(id, held);
    await using scratch = await scratchDir(scratchRoot, 'compare');
    const drawn = path.join(scratch.path, 'difference.png');
    const result = await decoder.compare(
      {
        renditions,
        other: await otherSide(tenantId, other, held),
        difference: difference === null ? null : { preset: difference.preset, path: drawn },
      },
      Context.current().cancellationSignal,
    );
    if (result.ok && difference !== null) {
      await objects.putFile(differenceKey(tenantId, difference.comparison), drawn, 'image/png');
    }
    return result;
  }

  async function otherSide(tenantId: string, other: CompareRequest['other'], held: LocalFile[]) {
    if ('asset' in other) {
      await find(other.asset);
      return { renditions: await renditionFiles(other.asset, held) };
    }
    const file = await objects.localFile(originalKey(tenantId, other.comparison));
    held.push(file);
    return { picture: file.path };
  }

  return {
    async compare(request) {
      await using _alive = keepAlive();
      const held: LocalFile[] = [];
      try {
        return await compare(request, held);
      } catch (error) {
        if (error instanceof Failure && !error.retryable)
          return { ok: false, reason: error.type, detail: error.message };
        throw toApplicationFailure(error);
      } finally {
        await Promise.all(held.map((file) => file.release()));
      }
    },
  };
}
