import sharp from 'sharp';
import { type BuiltInPreset, PRESETS } from '../../domain/presets.ts';
import { readInput } from '../child/read.ts';
import type { ComparedSide } from '../decoder.ts';
import { UNTRUSTED } from '../harden.ts';
import { fitInside, type Pixels, type Size } from '../pixels.ts';
import { DECODE_BOX } from '../plan.ts';
import { rejectionOf } from '../rejection.ts';
import { decodeUpright } from '../steps/decode.ts';
import { encodeRendition } from '../steps/encode.ts';
import { readHeader } from '../steps/header.ts';
import { scale } from '../steps/scale.ts';

/** One of two pictures that are compared, as its renditions look. Asked for the largest preset first. */
export interface Side {
  /** Upright, of the picture or of the largest that there is of it. */
  size: Size;
  /** @param size `null`: as large as its rendition is */
  at(preset: BuiltInPreset, size: Size | null): Promise<Pixels>;
}

/** @throws Rejection when it is a picture that we do not accept */
export function openSide(side: ComparedSide): Promise<Side> {
  return 'picture' in side ? fromPicture(side.picture) : fromRenditions(side.renditions);
}

/**
 * A picture goes through the steps that make renditions, the encoder included: what that does is no difference between
 * two pictures, and the same pixels compare as identical.
 */
async function fromPicture(path: string): Promise<Side> {
  const bytes = readInput(path);
  const header = await readHeader(bytes);
  const zoom = await decodeUpright(bytes, header, fitInside(header, DECODE_BOX)).catch((error: unknown) => {
    throw rejectionOf(error, bytes, header.format);
  });
  return {
    size: header,
    async at(name, wanted) {
      const preset = PRESETS.find((each) => each.name === name);
      if (preset === undefined) throw new Error(`There is no preset ${name}.`);
      const size = wanted ?? fitInside(header, preset);
      // As in the plan: the fingerprints need the pixels of the card, so it is scaled before it is encoded.
      const pixels = name === 'card' ? await scale(zoom, size) : zoom;
      const { data } = await encodeRendition(pixels, size, { ...preset, ...size }, null);
      return decode(data);
    },
  };
}

async function fromRenditions(renditions: Readonly<Record<BuiltInPreset, string>>): Promise<Side> {
  const largest = await decode(readInput(renditions[PRESETS[0].name]));
  return {
    size: { width: largest.width, height: largest.height },
    async at(preset, size) {
      const pixels = await decode(readInput(renditions[preset]));
      return size === null ? pixels : scale(pixels, size);
    },
  };
}

/** A rendition of our own making. */
async function decode(bytes: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(bytes, UNTRUSTED)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}
