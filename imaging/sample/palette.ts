/** Colours of one time of day, from the top of the sky down to the grass at the camera's feet. */
export interface Palette {
  sky: readonly [string, string, string];
  /** Sun or moon, and the light around it. */
  disc: string;
  glow: string;
  /** Ridges and trees, far to near; three steps between them are mixed. */
  far: string;
  near: string;
  ground: readonly [string, string];
  grass: readonly [string, string, string];
  mist: string;
  /** Share of the mist's colour that lies over the land, 0–1. */
  haze: number;
  stars: boolean;
}

export type Time = 'dawn' | 'day' | 'dusk' | 'night' | 'infrared';

export const PALETTES: Readonly<Record<Time, Palette>> = {
  dawn: {
    sky: ['#6f8fb8', '#e9b9a0', '#ffe3b4'],
    disc: '#fff4d6',
    glow: '#ffd596',
    far: '#c3a6a2',
    near: '#39453f',
    ground: ['#8f8a54', '#3c4627'],
    grass: ['#9b9a55', '#6c7a3b', '#33401f'],
    mist: '#ffe6cf',
    haze: 0.5,
    stars: false,
  },
  day: {
    sky: ['#4d8fcf', '#8dbde6', '#dcecf3'],
    disc: '#fffbe8',
    glow: '#fff3c4',
    far: '#9db9c4',
    near: '#2f5233',
    ground: ['#8fae55', '#47702f'],
    grass: ['#a5c060', '#6f9a40', '#3a6128'],
    mist: '#e6f1f5',
    haze: 0.25,
    stars: false,
  },
  dusk: {
    sky: ['#2c2f5e', '#a8506a', '#f7a15c'],
    disc: '#ffdf9e',
    glow: '#ff9d55',
    far: '#8b5a72',
    near: '#1f1d2b',
    ground: ['#5b4440', '#221d22'],
    grass: ['#6f5242', '#453632', '#1b1719'],
    mist: '#f0a077',
    haze: 0.35,
    stars: false,
  },
  night: {
    sky: ['#070d1f', '#12214a', '#2c4a74'],
    disc: '#f4f3e6',
    glow: '#9db7e0',
    far: '#2c4266',
    near: '#070d18',
    ground: ['#1d2c3f', '#0a111b'],
    grass: ['#2a3d52', '#1a2838', '#080d14'],
    mist: '#7d9cc8',
    haze: 0.3,
    stars: true,
  },
  infrared: {
    sky: ['#0b0b0b', '#111111', '#181818'],
    disc: '#0b0b0b',
    glow: '#0b0b0b',
    far: '#1d1d1d',
    near: '#4a4a4a',
    ground: ['#757575', '#b5b5b5'],
    grass: ['#c8c8c8', '#9a9a9a', '#dcdcdc'],
    mist: '#8a8a8a',
    haze: 0.08,
    stars: false,
  },
};

/** A colour part of the way from one to another, both as `#rrggbb`. */
export function mix(from: string, to: string, share: number): string {
  const at = (colour: string, i: number): number => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const channel = (i: number): string =>
    Math.round(at(from, i) + (at(to, i) - at(from, i)) * share)
      .toString(16)
      .padStart(2, '0');
  return `#${channel(0)}${channel(1)}${channel(2)}`;
}
