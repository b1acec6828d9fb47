import pLimit from 'p-limit';
import { Failure } from '../../../domain/failures.ts';
import { createIngest, findIngest, giveFrame, type IngestRow, refuseFrame } from '../../../stores/ingest.ts';
import { ensureTenant } from '../../../stores/tenants.ts';
import type { ApiDeps } from '../../deps.ts';
import { ingestStatus } from '../../present/ingest.ts';
import { storeUpload } from '../storeUpload.ts';
import type { TakenFile } from './tolerantSpool.ts';

/** Files of one request that are stored at the same time. */
const WIDTH = 4;

/**
 * Records a request and stores its good files, each as an upload of its own.
 * @returns the request's id; whatever dies afterwards, what was stored is processed
 */
export async function storeFrames(
  deps: ApiDeps,
  request: { tenantName: string; cameraId: string },
  files: readonly TakenFile[],
): Promise<string> {
  const { db } = deps;
  const { id, frames } = await db.tx(async (tx) => {
    const tenant = await ensureTenant(tx, request.tenantName);
    return createIngest(tx, {
      tenantId: tenant.id,
      cameraId: request.cameraId,
      frames: files.map((file) => ({
        name: file.name,
        reason: 'refused' in file ? file.refused.type : null,
        detail: 'refused' in file ? file.refused.message : null,
      })),
    });
  });
  const limit = pLimit(WIDTH);
  await Promise.all(
    files.map((file, i) =>
      limit(async () => {
        const frame = frames[i];
        if (!('spooled' in file) || frame === undefined) return;
        try {
          await storeUpload(deps, request.tenantName, file.spooled, (tx, { jobId }) =>
            giveFrame(tx, frame, jobId),
          );
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          await db.run((sql) => refuseFrame(sql, frame, error));
        }
      }),
    ),
  );
  return id;
}

/** Reads a request, once its frames are done or `waitMs` are over. `null`: there is none. */
export async function awaitFrames(
  { db, live }: Pick<ApiDeps, 'db' | 'live'>,
  id: string,
  waitMs: number,
): Promise<IngestRow | null> {
  const deadline = Date.now() + waitMs;
  let wake = (): void => {};
  const stop = live.onNews(() => wake());
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const row = await db.run((sql) => findIngest(sql, id));
      const left = deadline - Date.now();
      if (row === null || left <= 0 || !['pending', 'processing'].includes(ingestStatus(row.frames)))
        return row;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, Math.min(left, 500));
      });
      await Promise.race([changed, late]);
      clearTimeout(timer);
    }
  } finally {
    stop();
  }
}
