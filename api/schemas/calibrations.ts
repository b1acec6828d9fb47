import { z } from 'zod';
import { Time } from './common.ts';

const finite = z.number().min(-1e9).max(1e9);
const positive = finite.refine((value) => value > 0, 'must be greater than 0');

const Intrinsics = z
  .object({
    fx: positive,
    fy: positive,
    cx: finite,
    cy: finite,
    skew: finite.optional(),
    width: z.int().min(1).max(65_535),
    height: z.int().min(1).max(65_535),
  })
  .strict()
  .meta({ description: 'Pinhole model, in pixels of a picture of that width and height' });

const Distortion = z
  .object({
    model: z.enum(['brown-conrady', 'fisheye']),
    coefficients: z.array(finite).min(4).max(14),
  })
  .strict()
  .refine(
    ({ model, coefficients: { length } }) =>
      model === 'fisheye' ? length === 4 : [4, 5, 8, 12, 14].includes(length),
    {
      path: ['coefficients'],
      message: 'takes 4, 5, 8, 12 or 14 numbers (brown-conrady) or 4 (fisheye)',
    },
  )
  .meta({
    description:
      'As OpenCV orders them: k1, k2, p1, p2[, k3[, k4, k5, k6[, s1 to s4[, τx, τy]]]]; fisheye: k1 to k4',
  });

type Row = [number, number, number];
const TOLERANCE = 1e-3;
const dot = (a: Row, b: Row) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const determinant = ([a, b, c]: [Row, Row, Row]) =>
  a[0] * (b[1] * c[2] - b[2] * c[1]) -
  a[1] * (b[0] * c[2] - b[2] * c[0]) +
  a[2] * (b[0] * c[1] - b[1] * c[0]);

/** Rows of length 1 at right angles to each other, and no mirror. */
function isRotation(matrix: [Row, Row, Row]): boolean {
  const right = matrix.every((a, i) =>
    matrix.every((b, j) => Math.abs(dot(a, b) - (i === j ? 1 : 0)) <= TOLERANCE),
  );
  return right && determinant(matrix) > 0;
}

const RotationRow = z.tuple([finite, finite, finite]);
const Rotation = z
  .tuple([RotationRow, RotationRow, RotationRow])
  .refine(isRotation, 'must be a rotation: rows of length 1 at right angles to each other, no mirror');
const Quaternion = z
  .tuple([finite, finite, finite, finite])
  .refine((q) => Math.abs(Math.hypot(...q) - 1) <= TOLERANCE, 'must have the length 1')
  .meta({ description: '[w, x, y, z]' });

const Extrinsics = z
  .object({
    rotation: Rotation.optional().meta({
      description: 'Rows of the 3 × 3 matrix, from the frame to the camera',
    }),
    quaternion: Quaternion.optional(),
    translation: z.tuple([finite, finite, finite]).meta({ description: 'Metres' }),
    frame: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ description: 'Name of the frame of reference', example: 'ENU at the mast' }),
  })
  .strict()
  .refine((e) => (e.rotation === undefined) !== (e.quaternion === undefined), {
    message: 'takes either a rotation or a quaternion',
  });

const parts = {
  intrinsics: Intrinsics.nullable(),
  distortion: Distortion.nullable(),
  extrinsics: Extrinsics.nullable(),
  note: z.string().max(2_000).nullable(),
};

export const CalibrationInput = z
  .object({
    intrinsics: parts.intrinsics.default(null),
    distortion: parts.distortion.default(null),
    extrinsics: parts.extrinsics.default(null),
    note: parts.note.default(null),
  })
  .refine(
    ({ intrinsics, distortion, extrinsics }) =>
      intrinsics !== null || distortion !== null || extrinsics !== null,
    {
      message: 'Give intrinsics, distortion or extrinsics.',
    },
  )
  .meta({ id: 'CalibrationInput' });

export const Calibration = z
  .object({
    version: z.int().meta({ description: 'Counts from 1; frames say which one held' }),
    ...parts,
    created_at: Time,
  })
  .meta({ id: 'Calibration' });

export const CalibrationList = z
  .object({
    calibrations: z.array(Calibration).meta({ description: 'Newest first' }),
    count: z.int(),
    total: z.int(),
    page: z.int(),
    pages: z.int(),
    page_size: z.int(),
  })
  .meta({ id: 'CalibrationList' });
