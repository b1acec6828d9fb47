const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|apng|webp|gif|tiff?|avif|hei[cf]s?|hif)$/i;

/**
 * Whether a file found inside a folder is worth sending. Only folders are sifted: a file that a person chose by
 * hand is always sent, so that the API can say what is wrong with it.
 */
export function looksLikeImage(file: { name: string; type: string }): boolean {
  return !file.name.startsWith('.') && (IMAGE_NAME.test(file.name) || file.type.startsWith('image/'));
}

const ARCHIVE_NAME = /\.zip$/i;

/** An archive whose pictures are brought in. */
export const isArchive = (file: { name: string }): boolean => ARCHIVE_NAME.test(file.name);

/** For the file chooser. Names are listed too because not every system knows a type for HEIC and AVIF. */
export const ACCEPT = 'image/*,.heic,.heif,.avif,.tif,.tiff,.webp,.zip';
