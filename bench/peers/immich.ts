import sharp from 'sharp';

/**
 * Renditions as Immich's public options describe them: one decode to 1440 at the shorter edge, in a pipeline colour
 * space and with a profile attached; from its pixels a JPEG of quality 80 without chroma subsampling and a WebP of 250.
 */
export async function immichPlan(bytes: Buffer): Promise<Buffer[]> {
  const { data, info } = await sharp(bytes, { failOn: 'error', autoOrient: true })
    .pipelineColourspace('srgb')
    .resize(1440, 1440, { fit: 'outside', withoutEnlargement: true })
    .withIccProfile('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const from = () => sharp(data, { raw }).pipelineColourspace('srgb').withIccProfile('srgb');
  return Promise.all([
    from().toFormat('jpeg', { quality: 80, chromaSubsampling: '4:4:4' }).toBuffer(),
    from()
      .resize(250, 250, { fit: 'outside', withoutEnlargement: true })
      .toFormat('webp', { quality: 80 })
      .toBuffer(),
  ]);
}
