import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Failure } from '../domain/failures.ts';

/** How a model wants its pictures and what its numbers mean; `families/` has a file for each. */
export const FAMILY_NAMES = ['yolov5', 'yolov9', 'yolov10', 'rtdetr', 'classifier'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

const Side = z.int().min(16).max(4_096);
const Share = z.number().min(0).max(1);
const Three = z.tuple([z.number(), z.number(), z.number()]);
const Text = z.string().trim().min(1).max(200);

const PlainFile = (extension: string) =>
  z
    .string()
    .regex(
      new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\.${extension}$`),
      `must be the plain name of a .${extension} file`,
    );

/** What a person says of an ONNX file: a JSON file beside it. docs/detection.md has one of each family. */
export const Manifest = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$/, 'must be lower case letters, digits, . _ -'),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, 'must be a plain version such as 1.0.0'),
  /** Beside the manifest. */
  file: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.onnx$/, 'must be the plain name of an .onnx file'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'),
  family: z.enum(FAMILY_NAMES),
  /** Pixels. With `stride` the model takes any multiple of it, and the shorter side is padded only so far. */
  input: z.strictObject({ width: Side, height: Side, stride: z.int().min(1).max(256).optional() }),
  layout: z.enum(['nchw', 'nhwc']).default('nchw'),
  /** A value of 0 to 255 becomes `(value × scale − mean) / std`. */
  normalisation: z
    .strictObject({
      scale: z
        .number()
        .positive()
        .default(1 / 255),
      mean: Three.default([0, 0, 0]),
      std: Three.refine((std) => std.every((value) => value > 0), 'must be above 0').default([1, 1, 1]),
    })
    .prefault({}),
  /** `letterbox`: grey around it; `stretch`: the aspect is lost; `crop`: the middle. */
  resize: z.enum(['letterbox', 'stretch', 'crop']),
  /** `area`: averages when shrinking, linear when enlarging; `bilinear`: smoothed; `bicubic`: not smoothed. */
  kernel: z.enum(['area', 'bilinear', 'bicubic']).default('area'),
  /** Pictures that it is given at once, where its input takes several; absent: what is best where it runs. */
  batch: z.int().min(1).max(64).optional(),
  /** Labels in the order of the model's classes. */
  classes: z.array(Text).min(1).max(20_000),
  /** Scores from which boxes are shown; people may set others. They never transfer between models. */
  thresholds: z.strictObject({ typical: Share, conservative: Share }),
  /** Boxes of one class that overlap more than this are the same; only for families that leave that to us. */
  nms_iou: Share.optional(),
  /** Of a classifier: whether its scores have to be turned into shares. */
  output: z.enum(['logits', 'probabilities']).default('logits'),
  /** Of a classifier: the score of a detector from which boxes are shown to it; absent: the detector's conservative one. */
  box_score: Share.optional(),
  /** Of a classifier: whether it also looks at pictures as a whole, in which the detector found nothing. */
  whole_pictures: z.boolean().optional(),
  /** Of a classifier: a list of all labels that may be answered, one a line, and where each kind can be. Beside the manifest. */
  taxonomy: PlainFile('txt').optional(),
  geofence: PlainFile('json').optional(),
  licence: Text,
  source: z.url().optional(),
});
export type Manifest = z.output<typeof Manifest>;

/** @throws Failure `manifest_invalid` that names every field at fault */
export function parseManifest(json: unknown): Manifest {
  const parsed = Manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path: at, message }) => `${at.join('.') || 'manifest'}: ${message}`,
  );
  throw new Failure('manifest_invalid', `${lines.slice(0, 8).join('; ')}.`);
}

/** Far more than the longest list of species needs. */
const MAX_BYTES = 8 * 2 ** 20;

/** @throws Failure `manifest_invalid`, `model_missing` */
export async function readManifest(file: string): Promise<Manifest> {
  const name = path.basename(file);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure('model_missing', `There is no readable file ${name}.`);
  });
  if (text.length > MAX_BYTES) throw new Failure('manifest_invalid', `${name} is far too long.`);
  try {
    return parseManifest(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('manifest_invalid', `${name} is not JSON.`);
    throw error;
  }
}

/** What a model is called by people: `megadetector@5a`. */
export function modelName({ name, version }: Pick<Manifest, 'name' | 'version'>): string {
  return `${name}@${version}`;
}
