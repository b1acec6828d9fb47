import type { CaptureDriver } from '../capture/driver.ts';
import { createFfmpegDriver } from '../capture/drivers/ffmpeg.ts';
import { createNodeAvDriver } from '../capture/drivers/nodeAv.ts';
import type { Config } from '../config.ts';
import { Failure } from '../domain/failures.ts';

const MISSING = {
  auto: 'Neither FFmpeg nor node-av is installed.',
  ffmpeg: 'CAPTURE_DRIVER says ffmpeg, and FFmpeg could not be started.',
  'node-av': 'CAPTURE_DRIVER says node-av, and it is not installed.',
} as const;

/**
 * Finds what makes pictures of a stream when it is first needed: FFmpeg where it is installed, for it takes half the
 * memory, else node-av. What was not there is looked for again the next time.
 *
 * @returns a function that throws Failure `driver_missing`
 */
export function createDriverChoice({ driver, ffmpegPath }: Config['capture']): () => Promise<CaptureDriver> {
  const ffmpeg = createFfmpegDriver({ ffmpegPath: ffmpegPath ?? 'ffmpeg' });
  const nodeAv = createNodeAvDriver();
  const candidates = { auto: [ffmpeg, nodeAv], ffmpeg: [ffmpeg], 'node-av': [nodeAv] }[driver];
  let chosen: Promise<CaptureDriver> | null = null;

  async function choose(): Promise<CaptureDriver> {
    for (const candidate of candidates) if (await candidate.isAvailable()) return candidate;
    throw new Failure('driver_missing', MISSING[driver]);
  }

  return () => {
    chosen ??= choose().catch((error: unknown) => {
      chosen = null;
      throw error;
    });
    return chosen;
  };
}
