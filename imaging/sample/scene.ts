import { type Animal, type Coat, DRAW, NATURAL, SIZE } from './animals.ts';
import { textPath, textWidth } from './dotFont.ts';
import { mix, PALETTES, type Palette, type Time } from './palette.ts';
import { broadleaf, grass, reeds, spruce, trunk } from './plants.ts';
import { createRandom, type Random } from './random.ts';

export type Place = 'meadow' | 'forest' | 'hills' | 'lake' | 'snow' | 'marsh';

export interface Scene {
  seed: number;
  width: number;
  height: number;
  place: Place;
  time: Time;
  animal: Animal;
  /** What the camera prints along the lower edge. */
  caption: { left: string; middle: string; right: string };
}

const STRIP = 58;

/**
 * Longer than most files here because a picture is one recipe: its layers are only read together.
 *
 * One camera-trap picture as SVG, drawn from back to front. The same scene is the same text.
 */
export function drawScene(scene: Scene): string {
  const random = createRandom(scene.seed);
  const palette = inPlace(PALETTES[scene.time], scene.place, scene.time);
  const { width, height } = scene;
  const horizon = height * random.between(0.5, 0.58);
  const water = scene.place === 'lake' || scene.place === 'marsh';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <defs>${definitions(palette, scene)}</defs>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>
    ${sky(random, palette, scene, horizon)}
    ${ridges(random, palette, scene, horizon)}
    ${water ? lake(random, palette, scene, horizon) : ''}
    ${foreground(random, palette, scene, horizon)}
    ${weather(random, scene)}
    <rect width="${width}" height="${height}" fill="url(#edge)"/>
    <rect width="${width}" height="${height}" filter="url(#grain)" opacity="${scene.time === 'infrared' ? 0.2 : 0.1}"/>
    ${strip(scene)}</svg>`;
}

function inPlace(palette: Palette, place: Place, time: Time): Palette {
  if (place !== 'snow' || time === 'infrared') return palette;
  const white = time === 'night' ? '#8fa6cc' : time === 'dusk' ? '#d9b6bd' : '#f4f8fb';
  const shade = time === 'night' ? '#41597f' : time === 'dusk' ? '#8d7894' : '#b9cbdb';
  return { ...palette, ground: [white, shade], grass: [shade, mix(shade, palette.near, 0.5), palette.near] };
}

function definitions(palette: Palette, { seed, time, width, height }: Scene): string {
  const [top, middle, low] = palette.sky;
  const lit = time === 'infrared';
  return `
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2=".62"><stop offset="0" stop-color="${top}"/>
      <stop offset=".6" stop-color="${middle}"/><stop offset="1" stop-color="${low}"/></linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="${palette.glow}" stop-opacity=".9"/>
      <stop offset=".35" stop-color="${palette.glow}" stop-opacity=".35"/><stop offset="1" stop-color="${palette.glow}" stop-opacity="0"/></radialGradient>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.ground[0]}"/>
      <stop offset="1" stop-color="${palette.ground[1]}"/></linearGradient>
    <linearGradient id="mist" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.mist}" stop-opacity="0"/>
      <stop offset=".6" stop-color="${palette.mist}" stop-opacity="${palette.haze}"/><stop offset="1" stop-color="${palette.mist}" stop-opacity="0"/></linearGradient>
    <radialGradient id="edge" gradientUnits="userSpaceOnUse" cx="${width / 2}" cy="${height * 0.6}" r="${height * (lit ? 0.78 : 0.95)}">
      <stop offset=".45" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="${lit ? 0.92 : 0.5}"/></radialGradient>
    <filter id="blur4"><feGaussianBlur stdDeviation="4"/></filter>
    <filter id="blur24" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="24"/></filter>
    <filter id="grain" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="${seed}"/>
      <feColorMatrix values="0 0 0 0 .5  0 0 0 0 .5  0 0 0 0 .5  1.6 0 0 0 -.45"/></filter>`;
}

function sky(random: Random, palette: Palette, { time, width, height }: Scene, horizon: number): string {
  const parts: string[] = [];
  if (palette.stars) {
    for (let i = 0; i < 160; i += 1) {
      parts.push(`<circle cx="${n(random.between(0, width))}" cy="${n(random.between(0, horizon * 0.8))}"
        r="${n(random.between(0.6, 2))}" fill="#fff" opacity="${n(random.between(0.3, 0.95))}"/>`);
    }
  }
  if (time !== 'infrared') {
    const x = width * random.between(0.18, 0.82);
    const y =
      time === 'day'
        ? height * 0.13
        : time === 'night'
          ? height * 0.17
          : horizon * random.between(0.62, 0.74);
    const radius = time === 'night' ? 46 : time === 'day' ? 38 : 56;
    parts.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${radius * 8}" fill="url(#glow)"/>
      <circle cx="${n(x)}" cy="${n(y)}" r="${radius}" fill="${palette.disc}"/>`);
    if (time === 'night') {
      parts.push(`<g fill="#cfd0c4" opacity=".5"><circle cx="${n(x - 14)}" cy="${n(y - 10)}" r="9"/>
        <circle cx="${n(x + 12)}" cy="${n(y + 14)}" r="12"/><circle cx="${n(x + 18)}" cy="${n(y - 16)}" r="6"/></g>`);
    }
    for (let i = 0; i < 5; i += 1) parts.push(cloud(random, palette, width, horizon));
  }
  return parts.join('');
}

function cloud(random: Random, palette: Palette, width: number, horizon: number): string {
  const x = random.between(-100, width);
  const y = random.between(horizon * 0.12, horizon * 0.62);
  const long = random.between(160, 420);
  const puffs: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    puffs.push(`<ellipse cx="${n(x + random.between(0, long))}" cy="${n(y + random.between(-14, 14))}"
      rx="${n(long * random.between(0.12, 0.28))}" ry="${n(random.between(9, 24))}"/>`);
  }
  return `<g fill="${mix(palette.sky[2], '#ffffff', 0.35)}" opacity="${palette.stars ? 0.1 : 0.42}" filter="url(#blur24)">${puffs.join('')}</g>`;
}

/** Hills behind hills, each darker and clearer than the one behind it, the nearer ones wooded. */
function ridges(random: Random, palette: Palette, { place, width, height }: Scene, horizon: number): string {
  const steep = place === 'hills' || place === 'snow' ? 1.8 : 0.8;
  const parts: string[] = [];
  for (let layer = 0; layer < 4; layer += 1) {
    const colour = mix(palette.far, palette.near, layer / 3.6);
    const base = horizon - (3 - layer) * height * 0.045 * steep;
    const line = contour(random, width, base, height * (0.05 - layer * 0.008) * steep, layer);
    parts.push(`<path fill="${colour}" d="${line.path}L${width} ${height}L0 ${height}Z"/>`);
    if (layer >= 1) {
      const count = place === 'forest' ? 60 : 26;
      for (let i = 0; i < count; i += 1) {
        const x = random.between(-20, width + 20);
        const tall =
          height * (0.03 + layer * 0.022) * random.between(0.6, 1.3) * (place === 'forest' ? 1.5 : 1);
        const leafy = place !== 'snow' && place !== 'hills' && random.between(0, 1) < 0.45;
        parts.push((leafy ? broadleaf : spruce)(random, x, line.at(x) + 8, tall, colour));
      }
    }
    parts.push(`<rect y="${n(base - 40)}" width="${width}" height="${n(height * 0.16)}" fill="url(#mist)"/>`);
  }
  return parts.join('');
}

function contour(
  random: Random,
  width: number,
  base: number,
  swing: number,
  layer: number,
): { path: string; at(x: number): number } {
  const waves = [1, 2.3, 5.1].map((pace) => ({
    pace: pace * (1 + layer * 0.3),
    shift: random.between(0, 7),
    size: 1 / pace,
  }));
  const at = (x: number): number =>
    base -
    swing *
      waves.reduce((sum, { pace, shift, size }) => sum + size * Math.sin((pace * x * 4) / width + shift), 0);
  let path = `M0 ${n(at(0))}`;
  for (let x = 10; x <= width; x += 10) path += `L${x} ${n(at(x))}`;
  return { path, at };
}

function lake(random: Random, palette: Palette, { width, height, time }: Scene, horizon: number): string {
  const from = horizon + height * 0.03;
  const streaks: string[] = [];
  for (let i = 0; i < 70; i += 1) {
    const y = from + (height - from) * random.between(0, 1) ** 1.6;
    const long = 40 + (y - from) * random.between(0.3, 1.2);
    streaks.push(
      `<ellipse cx="${n(random.between(0, width))}" cy="${n(y)}" rx="${n(long)}" ry="${n(1 + (y - from) * 0.006)}"/>`,
    );
  }
  const colour = time === 'infrared' ? '#2a2a2a' : mix(palette.sky[2], palette.sky[0], 0.25);
  return `<rect y="${n(from)}" width="${width}" height="${n(height - from)}" fill="${mix(colour, palette.near, 0.25)}"/>
    <rect y="${n(from)}" width="${width}" height="${n((height - from) * 0.4)}" fill="${palette.near}" opacity=".35" filter="url(#blur24)"/>
    <g fill="${mix(colour, '#ffffff', 0.4)}" opacity=".35">${streaks.join('')}</g>`;
}

/** The ground that the animal stands on, the animal, and what is so near that it frames the picture. */
function foreground(random: Random, palette: Palette, scene: Scene, horizon: number): string {
  const { width, height, place, animal } = scene;
  const water = place === 'lake' || place === 'marsh';
  const top = water ? height * 0.74 : horizon + height * 0.06;
  const line = contour(random, width, top, height * 0.015, 0);
  const parts = [`<path fill="url(#ground)" d="${line.path}L${width} ${height}L0 ${height}Z"/>`];
  const snow = place === 'snow';
  for (let row = 0; row < 5; row += 1) {
    const y = top + (height - top) * (row / 5) + 6;
    const count = snow ? 26 : 210;
    parts.push(
      grass(
        random,
        {
          from: -20,
          to: width + 20,
          y,
          spread: height * 0.07,
          height: 16 + row * 11,
          count,
          width: 1.4 + row * 0.5,
        },
        palette.grass,
      ),
    );
  }
  if (place === 'forest') {
    for (let i = 0; i < 5; i += 1) {
      const x = width * ((i + random.between(0.1, 0.9)) / 5);
      const bark =
        scene.time === 'infrared'
          ? palette.near
          : mix('#5b4a3a', palette.near, scene.time === 'dusk' ? 0.85 : 0.45);
      const colour = mix(palette.far, bark, 0.75 + i * 0.05);
      parts.push(
        trunk(random, x, top + random.between(10, 60), random.between(24, 52), colour, palette.ground[0]),
      );
    }
  }
  const stand = Math.min(height * 0.84, top + (height - top) * 0.52);
  parts.push(standing(random, scene, stand));
  if (water)
    parts.push(
      reeds(random, -20, width * 0.22, height * 0.9, palette.grass),
      reeds(random, width * 0.82, width + 20, height * 0.92, palette.grass),
    );
  if (animal !== 'owl') {
    parts.push(
      grass(
        random,
        {
          from: -20,
          to: width + 20,
          y: stand + 26,
          spread: 50,
          height: snow ? 26 : 44,
          count: snow ? 30 : 240,
          width: 3,
        },
        palette.grass,
      ),
    );
  }
  parts.push(
    `<g filter="url(#blur4)">${grass(random, { from: -20, to: width + 20, y: height - 40, spread: 60, height: height * 0.11, count: snow ? 16 : 90, width: 7 }, [palette.grass[1], palette.grass[2], palette.grass[2]])}</g>`,
  );
  return parts.join('');
}

function standing(random: Random, { animal, time, width, height, place }: Scene, y: number): string {
  if (animal === 'none') return '';
  const scale = (((SIZE[animal] / 100) * height) / 1200) * random.between(0.9, 1.15);
  const x = width * random.between(0.36, 0.64);
  const flip = random.between(0, 1) < 0.5 ? -1 : 1;
  // An owl sits on its branch above the ground, a heron stands in the water's edge.
  const foot = animal === 'owl' ? height * 0.56 : animal === 'heron' && place !== 'snow' ? y + 18 : y + 30;
  const shadow =
    animal === 'owl'
      ? ''
      : `<ellipse cx="0" cy="-2" rx="44" ry="5" fill="#000" opacity=".35" filter="url(#blur4)"/>`;
  return `<g transform="translate(${n(x)} ${n(foot)}) scale(${n(scale * flip, 3)} ${n(scale, 3)})">${shadow}${DRAW[animal](coatAt(animal, time))}</g>`;
}

/** Coats as this light shows them; infra-red flash makes fur pale and eyes shine. */
function coatAt(animal: Animal, time: Time): Coat {
  const natural = NATURAL[animal];
  if (time === 'day' || time === 'dawn') return natural;
  if (time === 'infrared') return { coat: '#b9b9b9', light: '#ececec', dark: '#6e6e6e', eye: '#ffffff' };
  const tint = time === 'dusk' ? '#2a1c28' : '#0b1526';
  const share = time === 'dusk' ? 0.5 : 0.72;
  return {
    coat: mix(natural.coat, tint, share),
    light: mix(natural.light, tint, share),
    dark: mix(natural.dark, tint, share),
    eye: time === 'night' ? '#bfe3c2' : natural.eye,
  };
}

function weather(random: Random, { place, time, width, height }: Scene): string {
  if (place !== 'snow') return '';
  const flakes: string[] = [];
  for (let i = 0; i < 130; i += 1) {
    flakes.push(
      `<circle cx="${n(random.between(0, width))}" cy="${n(random.between(0, height))}" r="${n(random.between(1.2, 5))}" opacity="${n(random.between(0.3, 0.9))}"/>`,
    );
  }
  return `<g fill="${time === 'dusk' ? '#f6dfe2' : '#ffffff'}">${flakes.join('')}</g>`;
}

function strip({ caption, width, height }: Scene): string {
  const dot = 4;
  const y = height - STRIP + 15;
  const right = width - 28 - textWidth(caption.right, dot);
  const middle = width * 0.5 - textWidth(caption.middle, dot) / 2;
  return `<rect y="${height - STRIP}" width="${width}" height="${STRIP}" fill="#0a0a0a"/>
    <path fill="#f2f2f2" d="${textPath(caption.left, 28, y, dot)}${textPath(caption.middle, middle, y, dot)}${textPath(caption.right, right, y, dot)}"/>`;
}

function n(value: number, digits = 1): string {
  return value.toFixed(digits);
}
