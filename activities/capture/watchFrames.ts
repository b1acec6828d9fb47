import { log } from '@temporalio/activity';
import { type ChangeGate, createChangeGate } from '../../capture/change.ts';
import { lumaOf } from '../../capture/lumaOf.ts';
import { createQualityWatch } from '../../capture/quality.ts';
import type { CaptureOrder } from '../../domain/camera.ts';
import { keepScene, readScene } from '../../stores/cameras/scenes.ts';
import type { Database } from '../../stores/postgres/database.ts';

export interface Looked {
  /** What is wrong with the picture. */
  flags: readonly string[];
  /** How much of it is new; `null`: nobody asked. */
  change: { changed: boolean; share: number } | null;
}

const gateOf = ({ mode, changeShare }: Pick<CaptureOrder, 'mode' | 'changeShare'>): ChangeGate | null =>
  mode === 'on_change' ? createChangeGate(changeShare === undefined ? {} : { share: changeShare }) : null;

export interface FrameWatch {
  /** Looks at a picture after those before it. One that cannot be looked at is kept. */
  look(jpeg: Buffer): Promise<Looked>;
  /** Keeps what the pictures showed for whoever carries the session on. Never fails: only flags are at stake. */
  keep(): Promise<void>;
}

/** Goes on where somebody who captured the session before left off. */
export async function watchFrames(
  db: Database,
  { sessionId, order }: { sessionId: string; order: Pick<CaptureOrder, 'mode' | 'changeShare'> },
): Promise<FrameWatch> {
  const quality = createQualityWatch({}, await db.run((sql) => readScene(sql, sessionId)));
  const gate = gateOf(order);
  return {
    async look(jpeg) {
      const luma = await lumaOf(jpeg).catch(() => null);
      if (luma === null) return { flags: [], change: null };
      return { flags: quality.look(luma), change: gate === null ? null : gate.look(luma) };
    },
    async keep() {
      try {
        await db.run((sql) => keepScene(sql, sessionId, quality.memory()));
      } catch (error) {
        log.warn('what the pictures showed could not be kept', { sessionId, detail: String(error) });
      }
    },
  };
}
