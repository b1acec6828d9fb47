import type { Box } from '../domain/detection.ts';
import type { ImageFacts } from '../domain/facts.ts';
import { MIME_TYPES } from '../domain/limits.ts';
import { type Point, PRESETS, type Preset } from '../domain/presets.ts';
import { readExif } from './exif/read.ts';
import { type TakenHints, whenTaken } from './exif/taken.ts';
import { fitInside, type Size } from './pixels.ts';
import {
  DECODE_BOX,
  decodeBox,
  derivePlan,
  planFor,
  type Rendition,
  renderBox,
  runPlan,
  type Step,
  type Work,
} from './plan.ts';
import { isOutOfMemory, rejectionOf } from './rejection.ts';
import { decodeUpright } from './steps/decode.ts';
import { type Header, readHeader } from './steps/header.ts';

export interface Rendered {
  facts: ImageFacts;
  renditions: Rendition[];
}

/** What to make besides the facts; default: what is built in. */
export interface Wanted {
  presets?: readonly Preset[];
  focal?: Point | null;
}

/**
 * Looks at one picture in this process: header, limits, one decode, facts and renditions.
 *
 * @throws Rejection when the bytes are not a picture that we accept. Untrusted bytes belong into a decoding
 *   child (`createDecoder`), which adds the limits of memory and time that this function does not have.
 */
export async function renderBuffer(
  bytes: Buffer,
  hints: TakenHints,
  { presets = PRESETS, focal = null }: Wanted = {},
): Promise<Rendered> {
  const header = await readHeader(bytes);
  const work = await decodeAndRun(
    bytes,
    header,
    fitInside(header, renderBox(header, presets)),
    planFor(header, presets, focal),
  );
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

interface Derived extends Wanted {
  original?: Size | null;
  hide?: readonly Box[];
  placeholder?: boolean;
}

/**
 * Renditions of a picture that was accepted before, or of a rendition of it that is large enough.
 * @param original upright size of the original: what is made of its zoom has the same size as what is made of itself
 * @throws Rejection
 */
export async function deriveBuffer(
  bytes: Buffer,
  { presets = PRESETS, focal = null, original, hide = [], placeholder = false }: Derived,
): Promise<Pick<Work, 'renditions' | 'thumbhash'>> {
  const header = await readHeader(bytes);
  const size = original ?? header;
  const box = placeholder ? renderBox(size, presets) : decodeBox(size, presets);
  const plan = derivePlan(presets, { focal, hide, placeholder });
  return decodeAndRun(bytes, header, fitInside(size, box), plan, size);
}

/** Header, decode into the box that the original's size asks for, and the steps that it asks for. */
export async function renderSteps(
  bytes: Buffer,
  plan: (original: Size) => { box: Size; steps: readonly Step[] },
): Promise<Work> {
  const header = await readHeader(bytes);
  const { box, steps } = plan(header);
  return decodeAndRun(bytes, header, fitInside(header, box), steps);
}

/** Header, decode and the given steps only. */
export async function renderPlan(
  bytes: Buffer,
  plan: readonly Step[],
): Promise<{ header: Header; work: Work }> {
  const header = await readHeader(bytes);
  return { header, work: await decodeAndRun(bytes, header, fitInside(header, DECODE_BOX), plan) };
}

async function decodeAndRun(
  bytes: Buffer,
  header: Header,
  size: Size,
  plan: readonly Step[],
  original: Size = header,
): Promise<Work> {
  const pixels = await decodeUpright(bytes, header, size).catch((error: unknown) => {
    throw rejectionOf(error, bytes, header.format);
  });
  try {
    return await runPlan(plan, original, pixels);
  } catch (error) {
    // Past the decode only memory is the picture's fault; anything else is ours and must not look like theirs.
    if (error instanceof Error && isOutOfMemory(error.message))
      throw rejectionOf(error, bytes, header.format);
    throw error;
  }
}
