/**
 * Types that are certainly no image and common beside images: documents, films, sound, archives, programs, side files.
 * Deliberately short. What is not here, svg, psd, raw formats and names without an extension included, is fetched and
 * judged by its bytes, so that a person gets a reason for it.
 */
const NOT_IMAGES = new Set(
  [
    'txt tsv csv json jsonl geojson xml xmp html htm css js md log ini cfg yml yaml sql kml gpx nfo url lnk',
    'pdf doc docx xls xlsx ppt pptx odt ods rtf epub',
    'zip tar gz tgz bz2 xz zst 7z rar iso dmg',
    'mp4 m4v mov avi mkv webm mpg mpeg wmv 3gp mts m2ts mp3 wav flac ogg aac m4a wma',
    'exe dll msi apk bat sh py db sqlite mdb md5 sha1 sha256 sha512',
    // Downloads and uploads that are still under way.
    'part crdownload',
  ].flatMap((line) => line.split(' ')),
);

const SYSTEM_FILES = new Set(['thumbs.db', '.ds_store', 'desktop.ini']);

/** Whether a file can be left alone for its name only. */
export function isNotAnImageByName(name: string): boolean {
  const lower = name.toLowerCase();
  // `._IMG_0001.JPG` is the AppleDouble side file of IMG_0001.JPG.
  if (SYSTEM_FILES.has(lower) || lower.startsWith('._')) return true;
  const dot = lower.lastIndexOf('.');
  return dot > 0 && NOT_IMAGES.has(lower.slice(dot + 1));
}

/**
 * Whether a name can be followed and shown as it is: one path segment, no control characters (which no terminal, log or
 * CSV survives) and not a way up. Anything else there is, is fine: quotes, emoji, right-to-left marks, 300 characters.
 */
export function isSafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0x2f || code === 0x5c) return false;
  }
  return !name.includes('\u2028') && !name.includes('\u2029');
}

/**
 * Id of an item that is recorded but never followed. No real path has an empty segment, so it cannot be taken for one.
 * @param shown the name in a form that is safe to store and show.
 */
export function badNameId(parent: string, shown: string): string {
  return `${parent}//${shown}`;
}
