import type { Json } from '../../sources/source.ts';
import type { Sql } from '../postgres/database.ts';

/** As the API checked it. */
type Part = { readonly [name: string]: Json | undefined } | null;

export interface CalibrationInput {
  intrinsics: Part;
  distortion: Part;
  extrinsics: Part;
  note: string | null;
}

export interface Calibration extends CalibrationInput {
  /** 1 for the first one. */
  version: number;
  createdAt: Date;
}

const columns = (sql: Sql) =>
  sql`version, intrinsics, distortion, extrinsics, note, created_at as "createdAt"`;

/** The one that holds; `null`: the camera was never calibrated. */
export async function currentCalibration(sql: Sql, cameraId: string): Promise<Calibration | null> {
  const [row] = await sql<Calibration[]>`
    select ${columns(sql)} from camera_calibrations where camera_id = ${cameraId} order by version desc limit 1`;
  return row ?? null;
}

/** Newest first. */
export async function listCalibrations(
  sql: Sql,
  cameraId: string,
  page: { limit: number; offset: number },
): Promise<{ calibrations: Calibration[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from camera_calibrations where camera_id = ${cameraId}`;
  const calibrations = await sql<Calibration[]>`
    select ${columns(sql)} from camera_calibrations where camera_id = ${cameraId}
    order by version desc limit ${page.limit} offset ${page.offset}`;
  return { calibrations, total: count?.total ?? 0 };
}

/** Adds a version, which holds from now on. The camera is to be locked before, so that versions have no holes. */
export async function addCalibration(
  tx: Sql,
  camera: { id: string; tenantId: string },
  input: CalibrationInput,
): Promise<Calibration> {
  const [row] = await tx<Calibration[]>`
    insert into camera_calibrations (camera_id, tenant_id, version, intrinsics, distortion, extrinsics, note)
    select ${camera.id}, ${camera.tenantId}, coalesce(max(version), 0) + 1, ${tx.json(input.intrinsics)},
      ${tx.json(input.distortion)}, ${tx.json(input.extrinsics)}, ${input.note}
    from camera_calibrations where camera_id = ${camera.id}
    returning ${columns(tx)}`;
  if (row === undefined) throw new Error('The insert of a calibration returned no row.');
  return row;
}
