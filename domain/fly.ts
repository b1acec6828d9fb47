import { CENTRE, FITS, type Preset, RENDITION_FORMATS, type Recipe } from './presets.ts';

/** Longest edge of what is made on the fly. */
export const MAX_FLY_SIDE = 2_048;
/** Widths that anybody may ask for; others need a signed link, so that nobody can fill the store with near-copies. */
export const FLY_WIDTHS = [160, 320, 480, 640, 800, 1_024, 1_280, 1_600, 2_048] as const;
/** Where nobody says: about equal to the eye. */
export const FLY_QUALITY = { jpeg: 80, webp: 78, avif: 55 } as const;

export type FlyRecipe = Pick<Recipe, 'fit' | 'format' | 'quality'> & {
  /** `null`: as the other one and the aspect say. */
  width: number | null;
  height: number | null;
};

const NAME = new RegExp(
  `^fly-(\\d{1,4})x(\\d{1,4})-(${FITS.join('|')})-(${RENDITION_FORMATS.join('|')})-(\\d{1,3})$`,
);

/** The name says the whole recipe, so that nothing else has to be carried or kept. */
export function flyName({ width, height, fit, format, quality }: FlyRecipe): string {
  return `fly-${width ?? 0}x${height ?? 0}-${fit}-${format}-${quality}`;
}

/** @returns `null` for names of real presets */
export function flyPreset(name: string): Preset | null {
  const [, width, height, fit, format, quality] = NAME.exec(name) ?? [];
  if (quality === undefined) return null;
  return {
    ...{ name, version: 1, eager: false, chroma: '4:2:0', background: '#ffffff', focus: CENTRE },
    width: Number(width) || MAX_FLY_SIDE,
    height: Number(height) || MAX_FLY_SIDE,
    fit: fit as Recipe['fit'],
    format: format as Recipe['format'],
    quality: Number(quality),
  };
}

const OPEN = 'fly-open-';

/** The name under which a rendition is kept that shows people although its tenant hides them. */
export const openName = (preset: string): string => `${OPEN}${preset}`;

/** What such a name was made of; `null`: it is none. */
export const openOf = (name: string): string | null =>
  name.startsWith(OPEN) ? name.slice(OPEN.length) : null;

/** Names that a preset must not have. */
export const isFlyName = (name: string): boolean => name.startsWith('fly-');
