import sharp from 'sharp';
import type { Comparison, PresetComparison } from '../../domain/comparison.ts';
import { hammingDistance } from '../../domain/likeness.ts';
import { PRESETS, type PresetName } from '../../domain/presets.ts';
import { readInput } from '../child/read.ts';
import { writeOutput } from '../child/write.ts';
import type { CompareJob, RenditionPath } from '../decoder.ts';
import { UNTRUSTED } from '../harden.ts';
import type { Pixels, Size } from '../pixels.ts';
import { DECODE_BOX } from '../plan.ts';
import { rejectionOf } from '../rejection.ts';
import { decodeUpright } from '../steps/decode.ts';
import { encodeJpeg } from '../steps/encode.ts';
import { readHeader } from '../steps/header.ts';
import { perceptualHash } from '../steps/phash.ts';
import { scale } from '../steps/scale.ts';
import { drawDifference } from './difference.ts';
import { psnr, ssim } from './metrics.ts';

/** The other picture, brought to the size of each rendition that it is compared with. */
interface Other {
  size: Size;
  at(preset: PresetName, size: Size): Promise<Pixels>;
}

/**
 * Compares renditions with a picture that goes through the same steps as they did, the JPEG encoder included: what
 * made the renditions is no difference between the pictures, and the same bytes compare as identical.
 *
 * @throws Rejection when the other picture is not one that we accept
 */
export async function compareFiles({ renditions, other, difference }: CompareJob): Promise<Comparison> {
  const against =
    'picture' in other ? await fromPicture(other.picture) : await fromRenditions(other.renditions);
  const presets: PresetComparison[] = [];
  let aspectDiffers = false;
  for (const [index, { preset, path }] of renditions.entries()) {
    const ours = await decodeRendition(path);
    const theirs = await against.at(preset, { width: ours.width, height: ours.height });
    if (index === 0) aspectDiffers = !sameAspect(ours, against.size);
    presets.push(measure(preset, ours, theirs));
    if (difference?.preset === preset) writeOutput(difference.path, await drawDifference(ours, theirs));
  }
  return { presets, aspectDiffers };
}

function measure(preset: PresetName, ours: Pixels, theirs: Pixels): PresetComparison {
  const ratio = psnr(ours, theirs);
  return {
    preset,
    psnr: ratio,
    identical: ratio === null,
    ssim: ratio === null ? 1 : ssim(ours, theirs),
    phashDistance: hammingDistance(perceptualHash(ours), perceptualHash(theirs)),
  };
}

async function fromPicture(path: string): Promise<Other> {
  const bytes = readInput(path);
  const header = await readHeader(bytes);
  let pixels = await decodeUpright(bytes, header, DECODE_BOX).catch((error: unknown) => {
    throw rejectionOf(error, bytes, header.format);
  });
  return {
    size: header,
    async at(name, size) {
      const preset = PRESETS.find((each) => each.name === name);
      if (preset === undefined) throw new Error(`There is no preset ${name}.`);
      // As in the plan: the card is scaled from the zoom's pixels, and what is smaller comes from the card's.
      if (name === 'card') pixels = await scale(pixels, size);
      return decode(await encodeJpeg(pixels, size, preset.quality));
    },
  };
}

async function fromRenditions(renditions: readonly RenditionPath[]): Promise<Other> {
  const decoded = new Map<PresetName, Pixels>();
  for (const { preset, path } of renditions) decoded.set(preset, await decodeRendition(path));
  const [largest] = decoded.values();
  if (largest === undefined) throw new Error('There are no renditions to compare with.');
  return {
    size: largest,
    at: (preset, size) => scale(decoded.get(preset) ?? largest, size),
  };
}

const decodeRendition = (path: string): Promise<Pixels> => decode(readInput(path));

/** A JPEG of our own making. */
async function decode(jpeg: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(jpeg, UNTRUSTED)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** Whether `other`, scaled to one side of `ours`, has the other side too, but for rounding. */
function sameAspect(ours: Size, other: Size): boolean {
  return (
    Math.abs((ours.width * other.height) / other.width - ours.height) <= 1 ||
    Math.abs((ours.height * other.width) / other.height - ours.width) <= 1
  );
}
