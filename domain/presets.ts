/** How a picture is brought into a box: whole (`inside`), filling it (`cover`), or whole on a background (`contain`). */
export const FITS = ['inside', 'cover', 'contain'] as const;
export type Fit = (typeof FITS)[number];

export const RENDITION_FORMATS = ['jpeg', 'webp', 'avif'] as const;
export type RenditionFormat = (typeof RENDITION_FORMATS)[number];

export const CHROMAS = ['4:2:0', '4:4:4'] as const;
export type Chroma = (typeof CHROMAS)[number];

export const RENDITION_TYPES: Readonly<Record<RenditionFormat, { mediaType: string; extension: string }>> = {
  jpeg: { mediaType: 'image/jpeg', extension: 'jpg' },
  webp: { mediaType: 'image/webp', extension: 'webp' },
  avif: { mediaType: 'image/avif', extension: 'avif' },
};

/** A place in a picture, as shares of its upright width and height, 0..1. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const CENTRE: Point = { x: 0.5, y: 0.5 };

/** What is to be made of a picture. Nothing is ever enlarged. */
export interface Recipe {
  readonly fit: Fit;
  /** Pixels of the box. */
  readonly width: number;
  readonly height: number;
  readonly format: RenditionFormat;
  /** 1–100, on the scale of its format. */
  readonly quality: number;
  /** Colour at half the resolution, which photographs hardly show, or at the whole of it. WebP has only the first. */
  readonly chroma: Chroma;
  /** `#rrggbb` around a contained picture; others do not use it. */
  readonly background: string;
  /** What a covering picture is cut around when the asset does not say; others do not use it. */
  readonly focus: Point;
}

/** A recipe with a name. A changed preset gets a new `version`, and with it new object keys. */
export interface Preset extends Recipe {
  readonly name: string;
  readonly version: number;
  /** Made with every picture that comes in, not when first asked for. */
  readonly eager: boolean;
}

function builtIn(name: string, side: number) {
  return {
    ...{ name, version: 1, width: side, height: side, quality: 80, eager: true },
    ...{ fit: 'inside', format: 'jpeg', chroma: '4:2:0', background: '#ffffff', focus: CENTRE },
  } as const satisfies Preset;
}

/** Largest first: each rendition is made from the pixels of the one before it. */
export const PRESETS = [builtIn('zoom', 1200), builtIn('card', 400), builtIn('thumb', 100)] as const;

/** Presets of a tenant count from here, so that they never share an object key with one that is built in. */
export const FIRST_OWN_VERSION = 1_001;

export const MAX_PRESET_SIDE = 4_096;
/** Presets that a tenant may have, and how many of them may be made with every picture. */
export const MAX_PRESETS = 50;
export const MAX_EAGER = 8;

/** The focal point of an asset as part of what a rendition was made of; empty when none was used. */
export function focusTag(recipe: Pick<Recipe, 'fit'>, focal: Point | null): string {
  return recipe.fit === 'cover' && focal !== null ? `${focal.x.toFixed(3)},${focal.y.toFixed(3)}` : '';
}

/** Raised when the facts or renditions that the pipeline makes change in a way old assets lack. */
export const PIPELINE_VERSION = 1;
