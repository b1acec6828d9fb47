/** Decoded pixels: 8 bit, rows without padding, upright. Three channels are red, green, blue; one is grey. */
export interface Pixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 1 | 3;
}

export interface Size {
  width: number;
  height: number;
}

/** The largest size of the same aspect that fits into `box`; never larger than `size`, never below one pixel. */
export function fitInside(size: Size, box: Size): Size {
  const scale = Math.min(1, box.width / size.width, box.height / size.height);
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}
