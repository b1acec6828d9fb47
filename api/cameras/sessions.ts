import { fillOrder, type PartialOrder } from '../../domain/camera.ts';
import { findCamera, lockCamera } from '../../stores/cameras/cameras.ts';
import {
  type CaptureSession,
  changeOrder,
  createSession,
  findSession,
} from '../../stores/cameras/sessions.ts';
import { lockRow } from '../../stores/lockRow.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, type Expected, versionOf } from '../http/versions.ts';
import { conflict, notFound } from '../problem.ts';

const ENDED = 'The session has ended. Begin another one.';
export const sessionEnded = () => conflict(ENDED);

/** Begins to capture by an order that the camera's defaults fill in. Returns the id of the session. */
export async function beginSession(deps: ApiDeps, cameraId: string, given: PartialOrder): Promise<string> {
  const id = await deps.db.tx(async (tx) => {
    await lockCamera(tx, cameraId);
    const camera = await findCamera(tx, cameraId);
    if (camera === null) throw notFound('camera');
    if (!camera.enabled)
      throw conflict('The camera is disabled. Enable it (PATCH /cameras/{id}) to capture.');
    const order = fillOrder(given, camera.defaults);
    return createSession(tx, { tenantId: camera.tenantId, cameraId, order });
  });
  deps.dispatcher.kick();
  return id;
}

/** Of what people want of a session. */
export const sessionVersion = ({ order, wanted }: CaptureSession): string => versionOf({ order, wanted });

/**
 * Has a session go on by another order; what is not said stays where the mode does.
 * @throws Problem 412 when it is no longer as expected
 */
export async function amendSession(
  deps: ApiDeps,
  id: string,
  given: PartialOrder,
  expected: Expected,
): Promise<void> {
  await deps.db.tx(async (tx) => {
    await lockRow(tx, 'capture_sessions', id);
    const before = await findSession(tx, id);
    if (before === null) throw notFound('session');
    checkVersion(expected, sessionVersion(before));
    if (!(await changeOrder(tx, id, fillOrder(given, before.order)))) throw sessionEnded();
  });
  deps.dispatcher.kick();
}

/** @throws Problem 404 */
export async function readSession({ db }: ApiDeps, id: string): Promise<CaptureSession> {
  const row = await db.run((sql) => findSession(sql, id));
  if (row === null) throw notFound('session');
  return row;
}
