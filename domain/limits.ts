/** Limits that keep hostile input cheap. Measured figures are in docs/performance.md. */

/** Image formats that become assets, by the name the decoder uses. */
export const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif', 'heic'] as const;
export type ImageFormat = (typeof FORMATS)[number];

export const MIME_TYPES: Readonly<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  tiff: 'image/tiff',
  avif: 'image/avif',
  heic: 'image/heic',
};

/** Pixels that a picture of this format may have, read from its header before any decode. AVIF costs ~18 bytes a pixel. */
export const MAX_PIXELS: Readonly<Record<ImageFormat, number>> = {
  jpeg: 100e6,
  png: 100e6,
  webp: 100e6,
  gif: 100e6,
  tiff: 100e6,
  avif: 24e6,
  heic: 50e6,
};

/** Memory that one decoding child may allocate, in MiB (RLIMIT_DATA). */
export const DECODE_MEMORY_MIB = 640;
/** Wall-clock time that one picture may take, in milliseconds. */
export const DECODE_TIMEOUT_MS = 20_000;

/** The same for a comparison, in milliseconds: somebody waits for the answer. */
export const COMPARE_TIMEOUT_MS = 12_000;

/** Memory that one inference process may allocate, in MiB (RLIMIT_DATA), and how many times its model's file on top. */
export const INFERENCE_MEMORY_MIB = 1_536;
export const MODEL_MEMORY_FACTOR = 5;
/** The same for what the driver of a graphics card maps into a process that uses one. */
export const CUDA_MEMORY_MIB = 8_192;
/** Wall-clock time of one picture, and of the opening of a model, in milliseconds. */
export const INFERENCE_TIMEOUT_MS = 120_000;
export const MODEL_LOAD_MS = 180_000;
/** A rendition of at least this share of the size that a model can use is large enough for it. */
export const DETECTOR_SHARE = 0.9;

/**
 * Share of the stored zoom up to which renditions are made of it when somebody asks for them; larger ones come from the
 * original. Measured on photographs; see docs/renditions.md.
 */
export const ZOOM_SHARE = 0.5;
/** How long a request waits for a rendition that has to be made, in milliseconds. */
export const RENDITION_WAIT_MS = 15_000;
/** Different renditions that the requests of one API process wait for at the same time. */
export const RENDITION_QUEUE = 64;

/** Items that one batch carries through the pipeline: uploads, frames of cameras, and the first ones of an import. */
export const BATCH_SIZE = 24;
/** The first so many batches of an import are small. */
export const SMALL_BATCHES = 2;
/** Items of all later batches: what a batch costs Temporal and its workers does not grow with them. */
export const LARGE_BATCH_SIZE = 48;
/** Batches of one import in flight at the same time. */
export const BATCH_WINDOW = 3;
/** Items fetched at the same time for each batch of the window; a batch that is alone gets the others' share. */
export const FETCH_CONCURRENCY = 6;

/** Tries of one item after its first, and the wait before each, in milliseconds. */
export const ITEM_RETRY_DELAYS_MS = [2_000, 4_000, 8_000] as const;
/** The same where the source as a whole is in trouble: a quarter of an hour of growing patience. */
export const PATIENT_RETRY_DELAYS_MS = [
  2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 120_000, 240_000, 300_000,
] as const;

/** Longest name or detail that we keep, in characters. */
export const MAX_TEXT = 2_000;
