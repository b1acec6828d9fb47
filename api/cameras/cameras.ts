import type { z } from 'zod';
import { CAMERA_CREDENTIALS } from '../../domain/camera.ts';
import type { RtspCredentials } from '../../domain/rtspAddress.ts';
import {
  type Camera,
  type CameraInput,
  changeCamera,
  createCamera,
  findCamera,
  lockCamera,
  tellSessions,
} from '../../stores/cameras/cameras.ts';
import { rescheduleWindows } from '../../stores/cameras/windows.ts';
import { saveCredentials } from '../../stores/credentials/credentials.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, type Expected } from '../http/versions.ts';
import { conflict, notFound, wrong } from '../problem.ts';
import type { CameraChange, CameraCreate } from '../schemas/cameras.ts';
import { originOf, readAddress } from './address.ts';
import { keysOf } from './keys.ts';
import { orderOf } from './order.ts';

/** Cameras of one name that get a key by themselves. */
const SAME_NAMES = 100;

/** @returns the id of the row they are sealed in @throws Failure `credentials_unreadable`: no SECRET_KEY is set */
export async function sealCredentials(
  tx: Sql,
  { sealer }: Pick<ApiDeps, 'sealer'>,
  tenantId: string,
  credentials: RtspCredentials | null | undefined,
): Promise<string | null> {
  if (!credentials) return null;
  return saveCredentials(tx, sealer, { tenantId, kind: CAMERA_CREDENTIALS, value: { ...credentials } });
}

const taken = (key: string) =>
  conflict(`There is a camera with the camera_id "${key}" already. Change it with PATCH, or take another.`);

/** Registers a camera. Returns its id. */
export async function addCamera(deps: ApiDeps, body: z.output<typeof CameraCreate>): Promise<string> {
  const { address = '', credentials } = readAddress(body);
  return deps.db.tx(async (tx) => {
    const { id: tenantId } = await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT);
    const input: Omit<CameraInput, 'key'> = {
      name: body.name,
      address,
      credentialId: await sealCredentials(tx, deps, tenantId, credentials),
      defaults: orderOf(body.defaults),
      latitude: body.latitude ?? null,
      longitude: body.longitude ?? null,
      timezone: body.timezone ?? null,
      country: body.country ?? null,
      admin1: body.admin1 ?? null,
      enabled: body.enabled,
    };
    if ((input.latitude === null) !== (input.longitude === null))
      throw wrong('longitude', 'latitude and longitude are given together');
    const keys = body.camera_id === undefined ? keysOf(body.name, SAME_NAMES) : [body.camera_id];
    for (const key of keys) {
      const id = await createCamera(tx, tenantId, { ...input, key });
      if (id !== null) return id;
    }
    throw taken(body.camera_id ?? body.name);
  });
}

/** What decides when windows are open. */
const OF_WINDOWS = ['enabled', 'timezone', 'latitude', 'longitude'] as const;

/** A value that was given (`null` included) replaces the one before. */
const or = <T>(given: T | undefined, before: T): T => (given === undefined ? before : given);

/** What the change leaves of the credentials: those of a host are not for another one. */
async function nextCredential(
  tx: Sql,
  deps: ApiDeps,
  before: Camera,
  given: ReturnType<typeof readAddress>,
): Promise<string | null> {
  if (given.credentials !== undefined) return sealCredentials(tx, deps, before.tenantId, given.credentials);
  const moved = given.origin !== undefined && given.origin !== originOf(before.address);
  return moved ? null : before.credentialId;
}

/** Sessions look again at everything but what those to come are begun with; to look, they let go of the camera. */
function concernsSessions(before: CameraInput, next: CameraInput): boolean {
  const { defaults: _, ...rest } = next;
  return (Object.keys(rest) as (keyof typeof rest)[]).some((field) => rest[field] !== before[field]);
}

/**
 * Changes what was said of a camera; what was not said stays. Its sessions take it up within seconds.
 * @throws Problem 412 when it is no longer as expected
 */
export async function amendCamera(
  deps: ApiDeps,
  id: string,
  body: z.output<typeof CameraChange>,
  expected: Expected,
): Promise<void> {
  const given = readAddress(body);
  await deps.db.tx(async (tx) => {
    await lockCamera(tx, id);
    const before = await findCamera(tx, id);
    if (before === null) throw notFound('camera');
    checkVersion(expected, before.revision);
    const next: CameraInput = {
      key: or(body.camera_id, before.key),
      name: or(body.name, before.name),
      address: or(given.address, before.address),
      credentialId: await nextCredential(tx, deps, before, given),
      defaults: body.defaults === undefined ? before.defaults : orderOf(body.defaults),
      latitude: or(body.latitude, before.latitude),
      longitude: or(body.longitude, before.longitude),
      timezone: or(body.timezone, before.timezone),
      country: or(body.country, before.country ?? null),
      admin1: or(body.admin1, before.admin1 ?? null),
      enabled: or(body.enabled, before.enabled),
    };
    if ((next.latitude === null) !== (next.longitude === null))
      throw wrong('longitude', 'latitude and longitude are given together');
    if (!(await changeCamera(tx, before, next))) throw taken(next.key);
    if (OF_WINDOWS.some((field) => next[field] !== before[field])) await rescheduleWindows(tx, id);
    if (concernsSessions(before, next)) await tellSessions(tx, before);
  });
  deps.scheduler.kick();
  deps.dispatcher.kick();
}
