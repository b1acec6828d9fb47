import type { ImageFacts } from '../domain/facts.ts';
import { MIME_TYPES } from '../domain/limits.ts';
import { readExif } from './exif/read.ts';
import { type TakenHints, whenTaken } from './exif/taken.ts';
import { DECODE_BOX, PLAN, type Rendition, runPlan, type Step, type Work } from './plan.ts';
import { isOutOfMemory, rejectionOf } from './rejection.ts';
import { decodeUpright } from './steps/decode.ts';
import { readHeader } from './steps/header.ts';

export interface Rendered {
  facts: ImageFacts;
  renditions: Rendition[];
}

/**
 * Looks at one picture in this process: header, limits, one decode, facts and renditions.
 *
 * @throws Rejection when the bytes are not a picture that we accept. Untrusted bytes belong into a decoding
 *   child (`createDecoder`), which adds the limits of memory and time that this function does not have.
 */
export async function renderBuffer(bytes: Buffer, hints: TakenHints): Promise<Rendered> {
  const { header, work } = await renderPlan(bytes, PLAN);
  const exif = readExif(bytes);
  return {
    facts: {
      format: header.format,
      mimeType: MIME_TYPES[header.format],
      width: header.width,
      height: header.height,
      pages: header.pages,
      orientation: header.orientation,
      hasAlpha: header.hasAlpha,
      colourSpace: header.colourSpace,
      bitDepth: header.bitDepth,
      ...whenTaken(exif.clock, hints, exif.dates),
      cameraMake: exif.make,
      cameraModel: exif.model,
      cameraSerial: exif.serial,
      latitude: exif.position?.latitude ?? null,
      longitude: exif.position?.longitude ?? null,
      altitude: exif.altitude,
      ...exif.descriptive,
      exif: exif.values,
      phash: work.phash,
      thumbhash: work.thumbhash,
    },
    renditions: work.renditions,
  };
}

/** Header, decode and the given steps only. */
export async function renderPlan(
  bytes: Buffer,
  plan: readonly Step[],
): Promise<{ header: Awaited<ReturnType<typeof readHeader>>; work: Work }> {
  const header = await readHeader(bytes);
  const pixels = await decodeUpright(bytes, header, DECODE_BOX).catch((error: unknown) => {
    throw rejectionOf(error, bytes, header.format);
  });
  try {
    return { header, work: await runPlan(plan, header, pixels) };
  } catch (error) {
    // Past the decode only memory is the picture's fault; anything else is ours and must not look like theirs.
    if (error instanceof Error && isOutOfMemory(error.message))
      throw rejectionOf(error, bytes, header.format);
    throw error;
  }
}
