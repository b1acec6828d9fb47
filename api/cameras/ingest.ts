import type { z } from 'zod';
import { fillOrder } from '../../domain/camera.ts';
import {
  type Camera,
  createCamera,
  findCamera,
  findCameraByKey,
  lockCamera,
} from '../../stores/cameras/cameras.ts';
import { createSession } from '../../stores/cameras/sessions.ts';
import { openCredentials } from '../../stores/credentials/credentials.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { conflict } from '../problem.ts';
import type { RtspIngest } from '../schemas/ingest.ts';
import { type ReadAddress, readAddress } from './address.ts';
import { sealCredentials } from './cameras.ts';
import { orderOf } from './order.ts';

/** Finds the camera that clients call so, or registers it. */
async function ensureCamera(
  tx: Sql,
  deps: ApiDeps,
  tenantId: string,
  key: string,
  { address, credentials }: ReadAddress & { address: string },
): Promise<Camera> {
  const known = await findCameraByKey(tx, tenantId, key);
  if (known !== null) return known;
  const id = await createCamera(tx, tenantId, {
    key,
    name: key,
    address,
    credentialId: await sealCredentials(tx, deps, tenantId, credentials),
    defaults: {},
    latitude: null,
    longitude: null,
    timezone: null,
    enabled: true,
  });
  // Somebody else registered it meanwhile; that is over by now.
  const camera = id === null ? await findCameraByKey(tx, tenantId, key) : await findCamera(tx, id);
  if (camera === null) throw conflict('The camera is being changed. Try again in a moment.');
  return camera;
}

/** Whether the request says nothing that the camera's own row does not say. */
async function isItsOwn(tx: Sql, deps: ApiDeps, camera: Camera, given: ReadAddress): Promise<boolean> {
  if (given.address !== camera.address) return false;
  if (!given.credentials) return true;
  if (camera.credentialId === null) return false;
  const opened = await openCredentials(tx, deps.sealer, camera.credentialId);
  const value = opened?.value as { username?: string; password?: string } | null;
  return value?.username === given.credentials.username && value.password === given.credentials.password;
}

/**
 * Captures a camera that older clients name in the request. A camera that is registered under that name is used, by the
 * address and with the credentials of the request where those are others.
 * @returns the id of the session
 */
export async function ingestRtsp(deps: ApiDeps, body: z.output<typeof RtspIngest>): Promise<string> {
  const given = readAddress(body);
  const { address = '', credentials } = given;
  const id = await deps.db.tx(async (tx) => {
    const { id: tenantId } = await ensureTenant(tx, body.tenant_name);
    const { id: cameraId } = await ensureCamera(tx, deps, tenantId, body.camera_id, { ...given, address });
    await lockCamera(tx, cameraId);
    const camera = await findCamera(tx, cameraId);
    if (camera === null) throw conflict('The camera is being deleted. Try again in a moment.');
    if (!camera.enabled)
      throw conflict('The camera is disabled. Enable it (PATCH /cameras/{id}) to capture.');
    const own = await isItsOwn(tx, deps, camera, given);
    return createSession(tx, {
      tenantId,
      cameraId,
      order: fillOrder(orderOf(body), camera.defaults),
      ...(!own && {
        elsewhere: { address, credentialId: await sealCredentials(tx, deps, tenantId, credentials) },
      }),
    });
  });
  deps.dispatcher.kick();
  return id;
}
