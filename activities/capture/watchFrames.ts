import { type ChangeGate, createChangeGate } from '../../capture/change.ts';
import { lumaOf } from '../../capture/lumaOf.ts';
import { createQualityWatch } from '../../capture/quality.ts';
import type { CaptureOrder, QualityMemory } from '../../domain/camera.ts';

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
  /** For whoever carries the session on. */
  memory(): QualityMemory;
}

/** @param before what is known of the session's pictures so far */
export function watchFrames(
  order: Pick<CaptureOrder, 'mode' | 'changeShare'>,
  before: QualityMemory | null,
): FrameWatch {
  const quality = createQualityWatch({}, before);
  const gate = gateOf(order);
  return {
    async look(jpeg) {
      const luma = await lumaOf(jpeg).catch(() => null);
      if (luma === null) return { flags: [], change: null };
      return { flags: quality.look(luma), change: gate === null ? null : gate.look(luma) };
    },
    memory: quality.memory,
  };
}
