/**
 * A rendition preset. The picture is scaled to fit inside `width` × `height`, its aspect kept, never
 * enlarged. A changed preset gets a new `version`, and with it new object keys.
 */
export interface Preset {
  readonly name: string;
  readonly version: number;
  readonly width: number;
  readonly height: number;
  /** JPEG quality, 1–100. */
  readonly quality: number;
}

/** Largest first: each rendition is made from the pixels of the one before it. */
export const PRESETS = [
  { name: 'zoom', version: 1, width: 1200, height: 1200, quality: 80 },
  { name: 'card', version: 1, width: 400, height: 400, quality: 80 },
  { name: 'thumb', version: 1, width: 100, height: 100, quality: 80 },
] as const satisfies readonly Preset[];

export type PresetName = (typeof PRESETS)[number]['name'];

export const PRESET_NAMES: readonly PresetName[] = PRESETS.map((preset) => preset.name);

/** Raised when the facts or renditions that the pipeline makes change in a way old assets lack. */
export const PIPELINE_VERSION = 2;
