import { createHash, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Context } from '@temporalio/activity';
import ExifReader from 'exifreader';
import sharp from 'sharp';
import type { Decoder } from '../../imaging/decoder.ts';
import { perceptualHash } from '../../imaging/steps/phash.ts';
import { threePipelines } from '../peers/threePipelines.ts';

/** One activity for each thing that is done to a picture: each reads the file, and decodes it where it needs pixels. */
export function createFineActivities(scratchDir: string) {
  const rendition = (wanted: string) => async (file: string) => {
    const pipeline = threePipelines.find(({ name }) => name === wanted);
    const bytes = await pipeline?.encode(await readFile(file));
    const target = path.join(scratchDir, `${randomUUID()}.jpg`);
    await writeFile(target, bytes ?? '');
    await rm(target);
  };
  return {
    async hash(file: string): Promise<string> {
      return createHash('sha256')
        .update(await readFile(file))
        .digest('hex');
    },
    async metadata(file: string): Promise<{ width: number; height: number; make: string }> {
      const bytes = await readFile(file);
      const { width, height } = await sharp(bytes).metadata();
      return { width, height, make: ExifReader.load(bytes).Make?.description ?? '' };
    },
    zoom: rendition('zoom'),
    card: rendition('card'),
    thumb: rendition('thumb'),
    async phash(file: string): Promise<string> {
      const { data, info } = await sharp(await readFile(file))
        .greyscale()
        .resize(32, 32, { fit: 'fill' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return perceptualHash({ data, width: info.width, height: info.height, channels: 1 });
    },
  };
}

/** The product's grain: one activity for a batch of pictures, one decode for everything about one of them. */
export function createFusedActivities(scratchDir: string, decoder: Decoder) {
  async function render(file: string, signal: AbortSignal): Promise<string> {
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    const outputDir = path.join(scratchDir, randomUUID());
    await mkdir(outputDir);
    const job = {
      inputPath: file,
      outputDir,
      fileName: path.basename(file),
      modifiedAt: null,
      timezone: null,
    };
    const result = await decoder.render(job, signal);
    await rm(outputDir, { recursive: true });
    if (!result.ok) throw new Error(result.detail);
    return sha256;
  }
  return {
    async everything(files: string[]): Promise<number> {
      const signal = Context.current().cancellationSignal;
      // Every picture of the batch listens to it.
      setMaxListeners(0, signal);
      return (await Promise.all(files.map((file) => render(file, signal)))).length;
    },
  };
}

export type FineActivities = ReturnType<typeof createFineActivities>;
export type FusedActivities = ReturnType<typeof createFusedActivities>;
