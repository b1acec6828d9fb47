import type { Random } from './random.ts';

/** A spruce: a trunk and ragged tiers of branches. The foot is at (x, y). */
export function spruce(random: Random, x: number, y: number, height: number, colour: string): string {
  const tiers = 7;
  const right: string[] = [];
  const left: string[] = [];
  for (let tier = 1; tier <= tiers; tier += 1) {
    const down = y - height + (height * 0.94 * tier) / tiers;
    const reach = height * (0.035 + 0.03 * tier) * random.between(0.8, 1.15);
    right.push(`L${point(x + reach, down)}L${point(x + reach * 0.45, down - height * 0.02)}`);
    left.unshift(
      `L${point(x - reach * 0.45, down - height * 0.02)}L${point(x - reach * random.between(0.85, 1.1), down)}`,
    );
  }
  const trunk = height * 0.018;
  const stem = `M${point(x - trunk, y)}v${-height * 0.2}h${2 * trunk}v${height * 0.2}z`;
  // The left side runs upwards, so each of its tiers was written in reverse.
  return `<path fill="${colour}" d="M${point(x, y - height)}${right.join('')}${left.join('')}Z${stem}"/>`;
}

/** A broad-leaved tree: a trunk under a crown of overlapping discs. */
export function broadleaf(random: Random, x: number, y: number, height: number, colour: string): string {
  const crown: string[] = [];
  for (let i = 0; i < 16; i += 1) {
    const angle = random.between(0, 2 * Math.PI);
    const out = random.between(0, 0.25) * height;
    const cx = x + Math.cos(angle) * out;
    const cy = y - height * 0.64 + Math.sin(angle) * out * 0.8;
    crown.push(
      `<circle cx="${fixed(cx)}" cy="${fixed(cy)}" r="${fixed(height * random.between(0.09, 0.16))}"/>`,
    );
  }
  const trunk = height * 0.025;
  const stem = `M${point(x - trunk * 1.4, y)}L${point(x - trunk * 0.6, y - height * 0.5)}h${fixed(trunk * 1.2)}L${point(x + trunk * 1.4, y)}z`;
  return `<g fill="${colour}"><path d="${stem}"/>${crown.join('')}</g>`;
}

/** A trunk so near that its top is out of the picture. */
export function trunk(
  random: Random,
  x: number,
  foot: number,
  width: number,
  colour: string,
  light: string,
): string {
  const lean = random.between(-18, 18);
  const bark: string[] = [];
  for (let i = 0; i < 9; i += 1) {
    const at = x + random.between(-0.38, 0.38) * width;
    const from = random.between(0, foot * 0.8);
    bark.push(`M${point(at, from)}q${fixed(random.between(-5, 5))} 40 0 ${fixed(random.between(60, 150))}`);
  }
  const side = (sign: number): string => fixed(x + sign * width * 0.5);
  return `<path fill="${colour}" d="M${fixed(x - width * 0.42 + lean)} -10 L${side(-1)} ${fixed(foot - 50)}
    Q${fixed(x - width * 0.55)} ${fixed(foot)} ${fixed(x - width)} ${fixed(foot + 14)} L${fixed(x + width)} ${fixed(foot + 14)}
    Q${fixed(x + width * 0.55)} ${fixed(foot)} ${side(1)} ${fixed(foot - 50)} L${fixed(x + width * 0.42 + lean)} -10 Z"/>
    <path d="${bark.join('')}" fill="none" stroke="${light}" stroke-width="${fixed(width * 0.035)}" opacity=".35"/>`;
}

/** Blades of grass along a line, bent by one wind. */
export function grass(
  random: Random,
  area: { from: number; to: number; y: number; spread: number; height: number; count: number; width: number },
  colours: readonly [string, string, string],
): string {
  const blades: Record<string, string> = {};
  for (let i = 0; i < area.count; i += 1) {
    const x = random.between(area.from, area.to);
    const y = area.y + random.between(0, area.spread);
    const height = area.height * random.between(0.45, 1.1);
    const bend = height * random.between(-0.25, 0.5);
    const colour = random.pick(colours);
    const wide = area.width * random.between(0.6, 1.2);
    blades[colour] =
      `${blades[colour] ?? ''}M${point(x - wide, y)}Q${point(x, y - height * 0.6)} ${point(x + bend, y - height)}` +
      `Q${point(x + wide * 0.8, y - height * 0.5)} ${point(x + wide, y)}z`;
  }
  return Object.entries(blades)
    .map(([colour, path]) => `<path fill="${colour}" d="${path}"/>`)
    .join('');
}

/** Reeds with their brown heads, for the edge of water. */
export function reeds(
  random: Random,
  from: number,
  to: number,
  y: number,
  colours: readonly [string, string, string],
): string {
  const parts: string[] = [];
  for (let i = 0; i < 34; i += 1) {
    const x = random.between(from, to);
    const height = random.between(120, 300);
    const lean = random.between(-16, 26);
    parts.push(
      `<path d="M${point(x, y)}q${fixed(lean * 0.3)} ${fixed(-height * 0.6)} ${fixed(lean)} ${fixed(-height)}"
        fill="none" stroke="${random.pick(colours)}" stroke-width="${fixed(random.between(2.5, 5))}"/>`,
    );
    if (i % 3 === 0) {
      parts.push(
        `<rect x="${fixed(x + lean - 5)}" y="${fixed(y - height - 20)}" width="10" height="46" rx="5" fill="${colours[2]}"/>`,
      );
    }
  }
  return parts.join('');
}

function point(x: number, y: number): string {
  return `${fixed(x)} ${fixed(y)}`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
