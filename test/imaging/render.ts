import sharp from 'sharp';
import { Rejection } from '../../imaging/rejection.ts';
import type { Rendered } from '../../imaging/render.ts';
import { renderBuffer } from '../../imaging/render.ts';
import { type Raw, rawOf } from './pictures.ts';

export const NO_HINTS = { fileName: 'IMG_0001.JPG', modifiedAt: null, timezone: null };

export function render(bytes: Buffer): Promise<Rendered> {
  return renderBuffer(bytes, NO_HINTS);
}

export async function zoomOf(bytes: Buffer): Promise<Raw> {
  const { renditions } = await render(bytes);
  return rawOf(sharp(renditions[0]!.data));
}

export async function rejectionFor(bytes: Buffer): Promise<Rejection> {
  const outcome = await render(bytes).catch((error: unknown) => error);
  if (!(outcome instanceof Rejection)) throw new Error('was accepted', { cause: outcome });
  return outcome;
}
