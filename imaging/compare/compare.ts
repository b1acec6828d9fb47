import type { Comparison, PresetComparison } from '../../domain/comparison.ts';
import { hammingDistance } from '../../domain/likeness.ts';
import { type BuiltInPreset, PRESETS } from '../../domain/presets.ts';
import { writeOutput } from '../child/write.ts';
import type { CompareJob } from '../decoder.ts';
import type { Pixels, Size } from '../pixels.ts';
import { perceptualHash } from '../steps/phash.ts';
import { drawDifference } from './difference.ts';
import { psnr, ssim } from './metrics.ts';
import { openSide } from './sides.ts';

/**
 * Compares two pictures at each built-in preset, the second brought to the size of the first.
 *
 * @throws Rejection when one of them is a picture that we do not accept
 */
export async function comparePictures({ one, other, difference }: CompareJob): Promise<Comparison> {
  const [ours, theirs] = [await openSide(one), await openSide(other)];
  const presets: PresetComparison[] = [];
  for (const { name } of PRESETS) {
    const a = await ours.at(name, null);
    const b = await theirs.at(name, { width: a.width, height: a.height });
    presets.push(measure(name, a, b));
    if (difference?.preset === name) writeOutput(difference.path, await drawDifference(a, b));
  }
  return { presets, aspectDiffers: !sameAspect(ours.size, theirs.size) };
}

function measure(preset: BuiltInPreset, a: Pixels, b: Pixels): PresetComparison {
  const ratio = psnr(a, b);
  return {
    preset,
    psnr: ratio,
    identical: ratio === null,
    ssim: ratio === null ? 1 : ssim(a, b),
    phashDistance: hammingDistance(perceptualHash(a), perceptualHash(b)),
  };
}

/** Whether `b`, scaled to one side of `a`, has the other side too, but for rounding. */
function sameAspect(a: Size, b: Size): boolean {
  return (
    Math.abs((a.width * b.height) / b.width - a.height) <= 1 ||
    Math.abs((a.height * b.width) / b.height - a.width) <= 1
  );
}
