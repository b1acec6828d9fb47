import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { createInputs } from '../detection/pixels/tensor.ts';
import { fitInside, type Pixels } from '../imaging/pixels.ts';
import { DECODE_BOX } from '../imaging/plan.ts';
import { decodeUpright } from '../imaging/steps/decode.ts';
import { readHeader } from '../imaging/steps/header.ts';
import { manifestOf } from '../test/hosting/models.ts';
import type { Benchmark, Line } from './benchmark.ts';
import type { Lab } from './lab.ts';
import { alternating } from './measure/alternating.ts';

const ROUNDS = 5;
const SIDE = 640;

async function pixelsOf(jpeg: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 };
}

/** From which picture the detector's input is made: the pixels of the zoom, the stored zoom, or the original. */
async function run(lab: Lab): Promise<Line[]> {
  sharp.cache(false);
  sharp.concurrency(1);
  const makeInput = createInputs(
    manifestOf('yolov5', new Uint8Array(), { input: { width: SIDE, height: SIDE } }),
  );
  const { files } = await lab.photos();
  const pictures = await Promise.all(files.map((file) => readFile(file)));
  const zooms = new Map<Buffer, { pixels: Pixels; jpeg: Buffer }>();
  for (const bytes of pictures) {
    const header = await readHeader(bytes);
    const pixels = await decodeUpright(bytes, header, fitInside(header, DECODE_BOX));
    const { data, width, height, channels } = pixels;
    const jpeg = await sharp(data, { raw: { width, height, channels } }).jpeg({ quality: 80 }).toBuffer();
    zooms.set(bytes, { pixels, jpeg });
  }
  const zoomOf = (bytes: Buffer) => {
    const zoom = zooms.get(bytes);
    if (zoom === undefined) throw new Error('A picture without a zoom.');
    return zoom;
  };
  const { raw, stored, original } = await alternating(
    {
      raw: async (bytes: Buffer) => makeInput(zoomOf(bytes).pixels),
      stored: async (bytes: Buffer) => makeInput(await pixelsOf(zoomOf(bytes).jpeg)),
      original: async (bytes: Buffer) => {
        const header = await readHeader(bytes);
        return makeInput(
          await decodeUpright(bytes, header, fitInside(header, { width: SIDE, height: SIDE })),
        );
      },
    },
    pictures,
    ROUNDS,
  );
  const ms = (value: number): string => `${value.toFixed(1)} CPU-ms`;
  const note = `${pictures.length} drawn 12 MP JPEGs, letterboxed to ${SIDE}`;
  return [
    {
      ...{ id: 'N1 stored', what: 'detector input from the stored zoom | from the original', note },
      ...{ ours: ms(stored), peer: ms(original), value: original / stored },
      gate: { kind: 'at-least', limit: 1.5, unit: '×' },
    },
    {
      ...{ id: 'N1 pixels', what: 'the same from the pixels of the zoom | from the original', note },
      ...{ ours: ms(raw), peer: ms(original), value: original / raw },
      gate: { kind: 'at-least', limit: 6, unit: '×' },
    },
  ];
}

export const preprocess: Benchmark = { id: 'N1', title: 'Input of detectors', run };
