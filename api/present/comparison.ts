import type { z } from 'zod';
import type { Comparison as Compared } from '../../domain/comparison.ts';
import type { BuiltInPreset } from '../../domain/presets.ts';
import type { Comparison } from '../schemas/compare.ts';

type Body = z.input<typeof Comparison>;

export function presentComparison(assetId: number, { presets, aspectDiffers }: Compared): Body {
  const byPreset = Object.fromEntries(
    presets.map(({ preset, psnr, identical, ssim, phashDistance }) => [
      preset,
      { psnr, identical, ssim, phash_distance: phashDistance },
    ]),
  ) as Pick<Body, BuiltInPreset>;
  return {
    asset_id: assetId,
    ...byPreset,
    identical: presets.every(({ identical }) => identical),
    aspect_differs: aspectDiffers,
  };
}
