import type { ItemReason } from '../domain/failures.ts';
import type { ImageFormat } from '../domain/limits.ts';
import { endsEarly } from './ending.ts';

const MAX_DETAIL = 200;

/** Carries a verdict out of the steps to the one place that turns it into a result. Never leaves `imaging/`. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly reason: ItemReason;

  /** @param detail one sentence for people, without paths. */
  constructor(reason: ItemReason, detail: string) {
    super(detail.length <= MAX_DETAIL ? detail : `${detail.slice(0, MAX_DETAIL - 1)}…`);
    this.reason = reason;
  }
}

/**
 * How running out of memory reads, from libvips, the C++ runtime, GLib, V8, WebAssembly, libheif and the kernel;
 * the last also when there is no room for a new thread's stack.
 */
const OUT_OF_MEMORY =
  /out of memory|cannot allocate memory|failed to allocate|unable to allocate|could not allocate|bad_alloc|allocation fail|heap limit|memory allocation|insufficient memory|cannot enlarge memory|resource temporarily unavailable|ENOMEM/i;

export function isOutOfMemory(text: string): boolean {
  return OUT_OF_MEMORY.test(text);
}

/** Valid files that need a codec or a layout which libvips was built without. */
const NOT_BUILT_IN =
  /not configured|not been built in|can not handle|channel limit|unsupported (feature|image type|colou?r|compression)/i;

/**
 * Decides why a decoder refused a file. Codecs word the same trouble in many ways, or as "Unknown error", so a
 * file that was cut off is told from one that is damaged by its structure first.
 */
export function rejectionOf(error: unknown, bytes: Buffer, format: ImageFormat): Rejection {
  if (error instanceof Rejection) return error;
  const message = error instanceof Error ? error.message : String(error);
  const name = format.toUpperCase();
  if (/security limit exceeded/i.test(message)) {
    const reason = /image size|pixels/i.test(message) ? 'pixel_limit' : 'unsupported_format';
    return new Rejection(reason, `This ${name} is larger or more complex than is safe: ${inWords(message)}.`);
  }
  if (isOutOfMemory(message)) {
    return new Rejection('decode_memory', `Decoding this ${name} needs more memory than it may use.`);
  }
  if (/exceeds pixel limit/i.test(message)) {
    return new Rejection('pixel_limit', `This ${name} has more pixels than the limit.`);
  }
  if (endsEarly(bytes, format) || /premature end of (jpeg|image)|unexpected end of/i.test(message)) {
    return new Rejection('truncated', `The ${name} data ends before the image is complete.`);
  }
  if (NOT_BUILT_IN.test(message)) {
    return new Rejection(
      'unsupported_format',
      `This kind of ${name} cannot be decoded: ${inWords(message)}.`,
    );
  }
  const words = inWords(message);
  return new Rejection('corrupt_image', `The ${name} data is damaged${words === '' ? '' : `: ${words}`}.`);
}

/** The first line of a codec's message that says something, without the codec's name, as plain ASCII. */
function inWords(message: string): string {
  const line = message
    .split('\n')
    .map((text) =>
      text
        .replace(/^Input buffer has corrupt header:\s*/i, '')
        .replace(/^\w+2?\w*:\s+/, '')
        .replace(/^Corrupt JPEG data:\s+/, ''),
    )
    .find(
      (text) =>
        text.trim() !== '' &&
        !/unknown error|bad seek|set_get_field|unsupported image format|^warning/i.test(text),
    );
  return (line ?? '')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 120);
}
