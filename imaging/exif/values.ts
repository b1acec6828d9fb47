import { storable } from '../../domain/text.ts';

const MAX_VALUES = 120;
const MAX_NAME = 60;
const MAX_CHARS = 200;

/**
 * Pointers into the file, binary blobs and tables of them; and where the picture was taken, which has fields of
 * its own so that access to it can be granted or withheld in one place.
 */
const LEFT_OUT =
  /pointer|offset|bytecounts?$|thumbnail|makernote|printim|padding|applicationnotes|imagesourcedata|jpegtables|xmlpacket|icc_?profile$|iptc-naa|photoshop|colormap|transferfunction|^undefined|^_raw$|^GPS.*(latitude|longitude|areainformation|processingmethod)|^DeviceSettingDescription$|^CFAPattern$|_params$|^(Instance|Document|OriginalDocument)ID$|^DocumentAncestors$|^NativeDigest$|^GDALMetadata$/i;
const TIME_OFFSETS = /^OffsetTime(Original|Digitized)?$/;

/** Characters that mean something to a terminal, a log or a text direction, and nothing to a reader. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** Tag groups of exifreader's expanded form, in the order in which they fill the space there is. */
const GROUPS = ['exif', 'iptc', 'xmp', 'icc', 'pngText'] as const;

/** Text from a file made fit to store and to show; `null` when little of it is text. */
export function cleanText(text: string, maxChars = MAX_CHARS): string | null {
  const head = text.slice(0, 4 * maxChars);
  const clean = storable(head).replace(CONTROL, ' ').replace(/ {2,}/g, ' ').trim();
  const odd = (head.match(CONTROL) ?? []).join('').replace(/[\r\n\t]|\0+$/g, '').length;
  const unreadable = odd + (clean.match(/\ufffd/g)?.length ?? 0);
  if (clean === '' || unreadable > clean.length / 8) return null;
  // Cutting by code points cannot leave half a character.
  const points = Array.from(clean);
  return points.length <= maxChars ? clean : `${points.slice(0, maxChars - 1).join('')}…`;
}

/** The values worth showing, by name; the first group to use a name keeps it. */
export function namedValues(tags: Record<string, unknown>): Record<string, string | number> {
  const values = new Map<string, string | number>();
  for (const group of GROUPS) {
    const members = tags[group];
    if (typeof members !== 'object' || members === null) continue;
    for (const [name, tag] of Object.entries(members)) {
      if (values.size >= MAX_VALUES) break;
      if (!/^[\x20-\x7e]+$/.test(name) || name.length > MAX_NAME || values.has(name)) continue;
      if (LEFT_OUT.test(name) && !TIME_OFFSETS.test(name)) continue;
      const value = shown(tag);
      if (value !== null) values.set(name, value);
    }
  }
  return Object.fromEntries(values);
}

function shown(tag: unknown): string | number | null {
  if (typeof tag !== 'object' || tag === null) return null;
  const { value, description, attributes } = tag as {
    value?: unknown;
    description?: unknown;
    attributes?: unknown;
  };
  // XMP nests whole structures (edit histories, swatches); only text and lists of text are values.
  if (attributes !== undefined && !isXmpText(value)) return null;
  if (typeof description === 'number') return Number.isFinite(description) ? description : null;
  if (typeof value === 'number' && String(value) === description)
    return Number.isFinite(value) ? value : null;
  return typeof description === 'string' ? cleanText(description) : null;
}

function isXmpText(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.every((item: { value?: unknown }) => typeof item.value === 'string');
}
