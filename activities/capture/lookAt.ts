import { type ChangeGate, createChangeGate } from '../../capture/change.ts';
import { lumaOf } from '../../capture/lumaOf.ts';
import { createQualityWatch } from '../../capture/quality.ts';
import type { CaptureOrder } from '../../domain/camera.ts';

export interface Looked {
  /** What is wrong with the picture. */
  flags: readonly string[];
  /** How much of it is new; `null`: nobody asked. */
  change: { changed: boolean; share: number } | null;
}

const gateOf = ({ mode, changeShare }: Pick<CaptureOrder, 'mode' | 'changeShare'>): ChangeGate | null =>
  mode === 'on_change' ? createChangeGate(changeShare === undefined ? {} : { share: changeShare }) : null;

/** Looks at the pictures of one stint, each after those before it. A picture that cannot be looked at is kept. */
export function createLook(
  order: Pick<CaptureOrder, 'mode' | 'changeShare'>,
): (jpeg: Buffer) => Promise<Looked> {
  const quality = createQualityWatch();
  const gate = gateOf(order);
  return async (jpeg) => {
    const luma = await lumaOf(jpeg).catch(() => null);
    if (luma === null) return { flags: [], change: null };
    return { flags: quality.look(luma), change: gate === null ? null : gate.look(luma) };
  };
}
