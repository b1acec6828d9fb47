import { z } from 'zod';
import { type BuiltInPreset, PRESETS } from '../../domain/presets.ts';
import { CatalogId } from './common.ts';
import { Unblurred } from './privacy.ts';

const PresetComparison = z
  .object({
    psnr: z
      .number()
      .nullable()
      .meta({ description: 'dB over 8-bit sRGB; null when nothing differs, for which it is infinite' }),
    identical: z.boolean().meta({ description: 'Whether every pixel is the same' }),
    ssim: z
      .number()
      .meta({ description: 'Mean structural similarity of luma, 8 × 8 windows; 1 is the same' }),
    phash_distance: z.int().meta({ description: 'Bits of 64 in which the perceptual hashes differ' }),
  })
  .meta({ id: 'PresetComparison' });

export const Comparison = z
  .object({
    asset_id: z.int(),
    ...(Object.fromEntries(PRESETS.map(({ name }) => [name, PresetComparison])) as Record<
      BuiltInPreset,
      typeof PresetComparison
    >),
    identical: z.boolean().meta({ description: 'At every preset' }),
    aspect_differs: z
      .boolean()
      .meta({ description: 'The shapes differ, so the other picture was stretched to that of the asset' }),
  })
  .meta({ id: 'Comparison' });

export const CompareForm = z.object({
  file: z.file().meta({ description: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC; it is not kept' }),
});

export const OneAsset = z.object({ id: CatalogId });
export const TwoAssets = z.object({ a: CatalogId, b: CatalogId });
export const DifferenceQuery = Unblurred.extend({ preset: z.enum(['card', 'zoom']).default('card') });
