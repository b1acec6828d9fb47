import type { FailureType } from './failures.ts';
import type { BuiltInPreset } from './presets.ts';

/** How much two pictures differ, seen through one preset. */
export interface PresetComparison {
  preset: BuiltInPreset;
  /** Peak signal to noise in dB over 8-bit sRGB; `null` when there is no difference, for which it is infinite. */
  psnr: number | null;
  /** Whether every pixel is the same. */
  identical: boolean;
  /** Mean structural similarity of luma; 1 is the same. */
  ssim: number;
  /** Bits of 64 in which the perceptual hashes differ. */
  phashDistance: number;
}

export interface Comparison {
  presets: PresetComparison[];
  /** The shapes differ, so one picture was stretched to that of the other. */
  aspectDiffers: boolean;
}

/** What is asked for: ids only. The asset is the measure, the other side is brought to its size. */
export interface CompareRequest {
  asset: number;
  /** Another asset, or bytes kept for the time of one comparison. */
  other: { asset: number } | { comparison: string };
  /** Where a picture of the differences is to be kept. */
  difference: { preset: BuiltInPreset; comparison: string } | null;
}

export type CompareAnswer = ({ ok: true } & Comparison) | { ok: false; reason: FailureType; detail: string };
