/**
 * Just enough of ICC.1:2022 (profile version 4.4) to tell sRGB from other profiles. Turning sRGB into sRGB
 * costs 1.4 times a plain decode and changes nothing, and most photographs that carry a profile carry this one.
 */

/** Colorants of sRGB adapted to D50, as IEC 61966-2-1 profiles hold them: red, green, blue, each X, Y, Z. */
const SRGB_COLORANTS = [
  ['rXYZ', 0.4361, 0.2225, 0.0139],
  ['gXYZ', 0.3851, 0.7169, 0.0971],
  ['bXYZ', 0.1431, 0.0606, 0.7141],
] as const;
const COLORANT_TOLERANCE = 0.0015;

/** Largest difference, in steps of 8 bit, at which two tone curves look the same. */
const CURVE_TOLERANCE = 1.5 / 255;

/** The colour space that the profile describes: `RGB `, `GRAY`, `CMYK`, …; `null` when it is no profile. */
export function profileSpace(icc: Buffer): string | null {
  if (icc.length < 132 || icc.toString('latin1', 36, 40) !== 'acsp') return null;
  return icc.toString('latin1', 16, 20);
}

/** Whether converting from this profile to sRGB would leave the pixels as they are. */
export function isSrgb(icc: Buffer): boolean {
  if (profileSpace(icc) !== 'RGB ') return false;
  try {
    const tags = readTags(icc);
    // A lookup table overrules colorants and curves.
    if (tags.has('A2B0')) return false;
    return (
      SRGB_COLORANTS.every(([tag, ...xyz]) => {
        const found = readXyz(tags.get(tag));
        return found?.every((value, i) => Math.abs(value - (xyz[i] ?? 0)) <= COLORANT_TOLERANCE) ?? false;
      }) && ['rTRC', 'gTRC', 'bTRC'].every((tag) => isSrgbCurve(tags.get(tag)))
    );
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readTags(icc: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = Math.min(icc.readUInt32BE(128), 100);
  for (let i = 0; i < count; i += 1) {
    const at = 132 + 12 * i;
    const from = icc.readUInt32BE(at + 4);
    tags.set(icc.toString('latin1', at, at + 4), icc.subarray(from, from + icc.readUInt32BE(at + 8)));
  }
  return tags;
}

function readXyz(tag: Buffer | undefined): number[] | null {
  if (tag === undefined) return null;
  return [8, 12, 16].map((at) => tag.readInt32BE(at) / 65_536);
}

function isSrgbCurve(tag: Buffer | undefined): boolean {
  if (tag === undefined) return false;
  const curve = readCurve(tag);
  if (curve === null) return false;
  for (let step = 8; step < 256; step += 8) {
    if (Math.abs(srgbEncode(curve(step / 255)) - step / 255) > CURVE_TOLERANCE) return false;
  }
  return true;
}

function srgbEncode(linear: number): number {
  return linear <= 0.003_130_8 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** §10.6 `curv` (a gamma or a table) and §10.18 `para` (functions 0 to 4), as device value → linear light. */
function readCurve(tag: Buffer): ((x: number) => number) | null {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv') {
    const count = tag.readUInt32BE(8);
    if (count === 0) return (x) => x;
    if (count === 1) return (x) => x ** (tag.readUInt16BE(12) / 256);
    return (x) => {
      const at = Math.min(x * (count - 1), count - 1);
      const low = tag.readUInt16BE(12 + 2 * Math.floor(at));
      const high = tag.readUInt16BE(12 + 2 * Math.ceil(at));
      return (low + (high - low) * (at % 1)) / 65_535;
    };
  }
  if (type !== 'para') return null;
  const kind = tag.readUInt16BE(8);
  const parameter = (i: number): number => tag.readInt32BE(12 + 4 * i) / 65_536;
  const g = parameter(0);
  if (kind === 0) return (x) => x ** g;
  if (kind !== 3 && kind !== 4) return null;
  const [a, b, c, d] = [parameter(1), parameter(2), parameter(3), parameter(4)];
  const [e, f] = kind === 4 ? [parameter(5), parameter(6)] : [0, 0];
  return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
}
