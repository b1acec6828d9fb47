import sharp, { type SharpOptions } from 'sharp';

/**
 * Closes every door of libvips but the six formats that we read, from memory only: no files, no SVG, no PDF,
 * no ImageMagick. The switch is process-wide, so only a decoding child calls this.
 */
export function hardenSharp(): void {
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: [
      'VipsForeignLoadJpegBuffer',
      'VipsForeignLoadPngBuffer',
      'VipsForeignLoadWebpBuffer',
      'VipsForeignLoadNsgifBuffer',
      'VipsForeignLoadTiffBuffer',
      'VipsForeignLoadHeifBuffer',
    ],
  });
}

/**
 * How untrusted bytes are opened, always. `failOn: 'error'` refuses truncated files and still accepts the stray
 * bytes that real cameras leave before a marker.
 */
export const UNTRUSTED = {
  failOn: 'error',
  pages: 1,
  unlimited: false,
  limitInputChannels: 5,
  autoOrient: true,
} as const satisfies SharpOptions;
