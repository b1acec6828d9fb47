/**
 * The product's own stages, called one after the other for each picture, without Temporal: what orchestration is
 * measured against. Same source, same store protocol, same decoding children, same rows.
 */
import { setMaxListeners } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { sniffFile } from '../../activities/sniffFile.ts';
import { DECODE_MEMORY_MIB, DECODE_TIMEOUT_MS, LARGE_BATCH_SIZE, MIME_TYPES } from '../../domain/limits.ts';
import type { Decoder } from '../../imaging/decoder.ts';
import { createDecoder } from '../../imaging/pool.ts';
import { createHttpClient } from '../../sources/reach/client.ts';
import { createGuard } from '../../sources/reach/guard.ts';
import { createSourceRegistry } from '../../sources/registry.ts';
import type { Source } from '../../sources/source.ts';
import { commitOriginal, saveRendered } from '../../stores/assets.ts';
import { createImport, type ImportRecord, readImport } from '../../stores/imports.ts';
import { type BatchItem, pendingInBatch } from '../../stores/items.ts';
import { keepOriginal } from '../../stores/keepOriginal.ts';
import { addListedPage } from '../../stores/listedPage.ts';
import { createDiskStore } from '../../stores/objects/disk.ts';
import { originalKey, renditionKey } from '../../stores/objects/keys.ts';
import type { ObjectStore } from '../../stores/objects/objectStore.ts';
import { recordOutcomes } from '../../stores/outcomes.ts';
import { createDatabase, type Database } from '../../stores/postgres/database.ts';
import { regroup, stretchesOf } from '../../stores/sequences/regroup.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import { collectInOneGo } from '../../workers/garbage.ts';
import { budget, sourceDeps } from '../stack/sourceDeps.ts';
import { serveOrders } from './serveOrders.ts';

const NEVER = new AbortController().signal;
// Every picture on its way listens to it.
setMaxListeners(0, NEVER);
/** Pictures on their way beside those that are decoded, so that no decoder waits for a download. */
const AHEAD = 3;

interface Parts {
  db: Database;
  objects: ObjectStore;
  decoder: Decoder;
  scratchDir: string;
}

async function listAll(db: Database, source: Source, importId: string): Promise<ImportRecord> {
  for (;;) {
    const record = await db.run((sql) => readImport(sql, importId));
    if (record === null) throw new Error('The import is gone.');
    if (record.listingComplete) return record;
    const page = await source.list(record.cursor, NEVER);
    await db.tx((tx) => addListedPage(tx, record, page));
  }
}

/** @returns the asset */
async function carry(parts: Parts, record: ImportRecord, source: Source, item: BatchItem): Promise<number> {
  const { db, objects, decoder } = parts;
  const dir = path.join(parts.scratchDir, `${record.id}-${item.id}`);
  await mkdir(dir, { recursive: true });
  try {
    const fetched = path.join(dir, 'original');
    const got = await source.fetch(item, { toPath: fetched, maxBytes: 2 ** 28, signal: NEVER });
    const format = await sniffFile(fetched);
    if (format === null) throw new Error('Not a picture.');
    const { sha256, md5, dropbox, bytes } = got;
    const { tenantId, kind: sourceKind } = record;
    const { assetId, uid, claim } = await keepOriginal(
      { db, objects, reached: () => {} },
      {
        ...{
          tenantId,
          sha256,
          md5,
          dropbox,
          bytes,
          name: item.name,
          mediaType: MIME_TYPES[format],
          sourceKind,
        },
        modifiedAt: got.modifiedAt ?? item.modifiedAt,
      },
      fetched,
    );
    if (claim === null) throw new Error('These bytes were imported before; the figure would mean nothing.');
    await db.run((sql) => commitOriginal(sql, { assetId, claim, itemId: item.id }));
    const original = await objects.localFile(originalKey(tenantId, uid));
    const result = await decoder.render(
      { inputPath: original.path, outputDir: dir, fileName: item.name, modifiedAt: null, timezone: null },
      NEVER,
    );
    await original.release();
    if (!result.ok) throw new Error(result.detail);
    const renditions = await Promise.all(
      result.renditions.map(async ({ path: file, ...rendition }) => {
        const key = renditionKey(tenantId, uid, rendition);
        await objects.putFile(key, file, rendition.mediaType);
        return { ...rendition, key };
      }),
    );
    await db.run((sql) => saveRendered(sql, assetId, result.facts, renditions));
    return assetId;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

serveOrders(({ databaseUrl, objectsDir, scratchDir, decoders }) => {
  collectInOneGo();
  const db = createDatabase({
    url: databaseUrl,
    pool: 8,
    deadlineMs: 15_000,
    applicationName: 'bench-fused',
  });
  const store = createDiskStore(objectsDir);
  const guard = createGuard({ allowPrivateNets: [], allowLoopback: true });
  const registry = createSourceRegistry(sourceDeps(guard, createHttpClient({ guard })));
  const decoder = createDecoder({
    children: decoders,
    memoryMib: DECODE_MEMORY_MIB,
    timeoutMs: DECODE_TIMEOUT_MS,
  });

  async function importAll(address: string, tenantName: string): Promise<number> {
    const parts: Parts = { db, objects: await store, decoder, scratchDir };
    const { kind, parsed } = registry.parse(address);
    const importId = await db.tx(async (tx) => {
      const tenant = await ensureTenant(tx, tenantName);
      return createImport(tx, { tenantId: tenant.id, kind, ...parsed });
    });
    const source = registry.open(kind, parsed, { credentials: null, budget });
    const record = await listAll(db, source, importId);
    const items = await db.run((sql) => pendingInBatch(sql, importId, 0, record.nextSlot));
    const limit = pLimit(decoders + AHEAD);
    const batches = Array.from({ length: Math.ceil(items.length / LARGE_BATCH_SIZE) }, (_, batch) =>
      items.slice(batch * LARGE_BATCH_SIZE, (batch + 1) * LARGE_BATCH_SIZE),
    );
    await Promise.all(
      batches.map(async (batch) => {
        const rendered = await Promise.all(
          batch.map((item) =>
            limit(async () => ({ item: item.id, asset: await carry(parts, record, source, item) })),
          ),
        );
        const detection = { state: 'skipped' as const, reason: 'no-model' as const };
        await db.tx((tx) => recordOutcomes(tx, { importId, rendered, ended: [], detection }));
        const assets = rendered.map(({ asset }) => asset);
        await regroup(db, await db.run((sql) => stretchesOf(sql, assets)));
      }),
    );
    await source.close();
    return items.length;
  }

  /** One at a time, each with its time: the image work that no upload can do without. */
  async function renderEach(files: readonly string[]): Promise<number[]> {
    const eachMs: number[] = [];
    for (const inputPath of files) {
      const outputDir = path.join(scratchDir, `each-${eachMs.length}`);
      await mkdir(outputDir, { recursive: true });
      const start = performance.now();
      const job = { inputPath, outputDir, fileName: 'a.jpg', modifiedAt: null, timezone: null };
      const result = await decoder.render(job, NEVER);
      eachMs.push(performance.now() - start);
      if (!result.ok) throw new Error(result.detail);
      await rm(outputDir, { recursive: true });
    }
    return eachMs;
  }

  return async (order) => {
    if (order.kind === 'import') return { pictures: await importAll(order.address, order.tenant) };
    const eachMs = await renderEach(order.files);
    return { pictures: eachMs.length, eachMs };
  };
});
