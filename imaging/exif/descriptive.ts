import type { ExpandedTags } from 'exifreader';
import type { Descriptive } from '../../domain/facts.ts';
import { cleanText } from './values.ts';

export const NOT_DESCRIBED: Descriptive = {
  title: null,
  description: null,
  keywords: [],
  rating: null,
  creator: null,
  copyright: null,
};

const MAX_CHARS = 2_000;
const MAX_KEYWORDS = 100;
const MAX_KEYWORD = 100;

/**
 * What people wrote about a picture. XMP comes first because programs of today write it and keep the rest for older
 * ones; then IPTC, then EXIF.
 */
export function descriptiveOf(tags: ExpandedTags): Descriptive {
  const xmp: Record<string, unknown> = { ...tags.xmp };
  const iptc: Record<string, unknown> = { ...tags.iptc };
  const exif: Record<string, unknown> = { ...tags.exif };
  const first = (...given: unknown[]): string | null => {
    for (const tag of given) {
      const text = cleanText(textsOf(tag).join('; '), MAX_CHARS);
      if (text !== null) return text;
    }
    return null;
  };
  return {
    title: first(xmp['title'], iptc['Object Name']),
    description: first(xmp['description'], iptc['Caption/Abstract'], exif['ImageDescription']),
    keywords: keywordsOf(xmp['subject'], iptc['Keywords']),
    rating: ratingOf(xmp['Rating'], exif['Rating']),
    creator: first(xmp['creator'], iptc['By-line'], exif['Artist']),
    copyright: first(xmp['rights'], iptc['Copyright Notice'], exif['Copyright']),
  };
}

/** The texts of one tag: a repeated IPTC tag is a list of tags, an XMP bag holds its members as its value. */
function textsOf(tag: unknown): string[] {
  if (Array.isArray(tag)) return tag.flatMap(textsOf);
  if (typeof tag !== 'object' || tag === null) return [];
  const { value, description } = tag as { value?: unknown; description?: unknown };
  if (Array.isArray(value) && value.every((member) => typeof member?.value === 'string')) {
    return value.map((member: { value: string }) => member.value);
  }
  return typeof description === 'string' ? [description] : [];
}

function keywordsOf(...given: unknown[]): string[] {
  const found = given
    .flatMap(textsOf)
    .map((text) => cleanText(text, MAX_KEYWORD))
    .filter((text) => text !== null);
  return [...new Set(found)].slice(0, MAX_KEYWORDS);
}

/** Stars, 0 to 5; what programs write for a rejected picture (-1) is none. */
function ratingOf(...given: unknown[]): number | null {
  for (const tag of given) {
    const [text = ''] = textsOf(tag);
    const value = Number((tag as { value?: unknown } | undefined)?.value ?? Number.NaN);
    const stars = Number.isInteger(value) ? value : /^\d$/.test(text) ? Number(text) : Number.NaN;
    if (stars >= 0 && stars <= 5) return stars;
  }
  return null;
}
