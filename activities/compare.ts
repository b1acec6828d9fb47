import path from 'node:path';
import { Context } from '@temporalio/activity';
import type { CompareAnswer, CompareRequest } from '../domain/comparison.ts';
import { Failure } from '../domain/failures.ts';
import { type BuiltInPreset, PRESETS } from '../domain/presets.ts';
import type { ComparedSide, Decoder } from '../imaging/decoder.ts';
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

  /** What is built in of its renditions; the original where a tenant's own presets stand in their place. */
  async function sideOf(
    { id, uid, tenantId }: AssetRow,
    open: (key: string) => Promise<string>,
  ): Promise<ComparedSide> {
    const rows = await db.run((sql) => renditionsOf(sql, [id]));
    const found = PRESETS.flatMap(
      ({ name, version }) => rows.find((row) => row.preset === name && row.version === version) ?? [],
    );
    if (found.length < PRESETS.length) return { picture: await open(originalKey(tenantId, uid)) };
    const files = await Promise.all(found.map(async (row) => [row.preset, await open(row.objectKey)]));
    return { renditions: Object.fromEntries(files) as Record<BuiltInPreset, string> };
  }

  async function compare(
    { asset, other, difference }: CompareRequest,
    open: (key: string) => Promise<string>,
  ): Promise<CompareAnswer> {
    const measure = await find(asset);
    await using scratch = await scratchDir(scratchRoot, 'compare');
    const drawn = path.join(scratch.path, 'difference.png');
    const result = await decoder.compare(
      {
        one: await sideOf(measure, open),
        other:
          'asset' in other
            ? await sideOf(await find(other.asset), open)
            : { picture: await open(originalKey(measure.tenantId, other.comparison)) },
        difference: difference === null ? null : { preset: difference.preset, path: drawn },
      },
      Context.current().cancellationSignal,
    );
    if (result.ok && difference !== null) {
      await objects.putFile(differenceKey(measure.tenantId, difference.comparison), drawn, 'image/png');
    }
    return result;
  }

  return {
    async compare(request) {
      await using _alive = keepAlive();
      const held: LocalFile[] = [];
      const open = async (key: string): Promise<string> => {
        const file = await objects.localFile(key);
        held.push(file);
        return file.path;
      };
      try {
        return await compare(request, open);
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
