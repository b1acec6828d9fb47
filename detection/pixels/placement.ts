import type { Box } from '../../domain/detection.ts';
import type { Size } from '../../imaging/pixels.ts';
import type { Manifest } from '../manifest.ts';

/** How a picture lies in the input of a model. Lengths are pixels. */
export interface Placement {
  source: Size;
  /** Of the tensor. */
  width: number;
  height: number;
  /** Which part of the source is in it; with `crop` not all of it. */
  cut: { left: number; top: number; width: number; height: number };
  /** Where in the tensor that part lies. */
  left: number;
  top: number;
  scaled: Size;
  /** Tensor pixels by source pixel. */
  scaleX: number;
  scaleY: number;
}

/** Halves go to the even side, as in Python, whose sizes models were trained with. */
function round(value: number): number {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

export function placementOf(source: Size, { input, resize }: Pick<Manifest, 'input' | 'resize'>): Placement {
  switch (resize) {
    case 'letterbox':
      return letterbox(source, input);
    case 'stretch':
      return stretch(source, input);
    case 'crop':
      return crop(source, input);
  }
}

const all = (source: Size) => ({ left: 0, top: 0, ...source });

/** The whole picture in the middle, at its aspect; enlarged, too, when it is small. */
function letterbox(source: Size, { width, height, stride }: Manifest['input']): Placement {
  const scale = Math.min(width / source.width, height / source.height);
  const scaled = {
    width: Math.max(1, round(source.width * scale)),
    height: Math.max(1, round(source.height * scale)),
  };
  const spareOf = (room: number, taken: number): number =>
    stride === undefined ? room - taken : (room - taken) % stride;
  const across = spareOf(width, scaled.width);
  const down = spareOf(height, scaled.height);
  return {
    source,
    width: scaled.width + across,
    height: scaled.height + down,
    cut: all(source),
    // The odd pixel goes to the right and to the bottom.
    left: Math.max(0, round(across / 2 - 0.1)),
    top: Math.max(0, round(down / 2 - 0.1)),
    scaled,
    scaleX: scale,
    scaleY: scale,
  };
}

function stretch(source: Size, { width, height }: Size): Placement {
  return {
    ...{ source, width, height, cut: all(source), left: 0, top: 0, scaled: { width, height } },
    ...{ scaleX: width / source.width, scaleY: height / source.height },
  };
}

/** As much of the middle as has the aspect of the input. */
function crop(source: Size, { width, height }: Size): Placement {
  const scale = Math.max(width / source.width, height / source.height);
  const part = {
    width: Math.max(1, Math.min(source.width, round(width / scale))),
    height: Math.max(1, Math.min(source.height, round(height / scale))),
  };
  const cut = {
    left: Math.floor((source.width - part.width) / 2),
    top: Math.floor((source.height - part.height) / 2),
    ...part,
  };
  return {
    ...{ source, width, height, cut, left: 0, top: 0, scaled: { width, height } },
    ...{ scaleX: width / part.width, scaleY: height / part.height },
  };
}

/** Corners in pixels of the tensor. */
export type Corners = readonly [left: number, top: number, right: number, bottom: number];

/** Corners as a box in the picture; `null`: nothing of it lies in there, or they are no numbers. */
export function boxOf(placement: Placement, [left, top, right, bottom]: Corners): Box | null {
  const { cut, source, scaleX, scaleY } = placement;
  const shareX = (x: number): number => clamp(((x - placement.left) / scaleX + cut.left) / source.width);
  const shareY = (y: number): number => clamp(((y - placement.top) / scaleY + cut.top) / source.height);
  return boxBetween(shareX(left), shareY(top), shareX(right), shareY(bottom));
}

/** The same from shares of the picture. */
export function boxBetween(left: number, top: number, right: number, bottom: number): Box | null {
  const [x, y, far, low] = [clamp(left), clamp(top), clamp(right), clamp(bottom)];
  const box = [places(x), places(y), places(far - x), places(low - y)] as const;
  return box[2] > 0 && box[3] > 0 && Number.isFinite(x + y) ? box : null;
}

const clamp = (share: number): number => Math.max(0, Math.min(1, share));
const places = (share: number): number => Math.round(share * 1e4) / 1e4;
