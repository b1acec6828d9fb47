import { setTimeout as sleep } from 'node:timers/promises';
import { type CaptureOrder, fillOrder, type PartialOrder } from '../../domain/camera.ts';
import { parseRtspAddress, type RtspCredentials } from '../../domain/rtspAddress.ts';
import { createCamera } from '../../stores/cameras/cameras.ts';
import { type CameraFrame, newestFrames } from '../../stores/cameras/frames.ts';
import {
  type CaptureSession,
  changeOrder,
  createSession,
  findSession,
  setWanted,
} from '../../stores/cameras/sessions.ts';
import { saveCredentials } from '../../stores/credentials/credentials.ts';
import { createSealer } from '../../stores/credentials/sealer.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import type { Tributary } from './tributary.ts';

export const SECRET_KEY = 'a key of thirty-two characters or more';

export interface CameraGiven {
  key: string;
  name?: string;
  credentials?: RtspCredentials;
  timezone?: string;
  position?: { latitude: number; longitude: number };
  tenant?: string;
}

/** Registers a camera as the API would. @returns its id */
export async function addCamera(t: Tributary, url: string, given: CameraGiven): Promise<string> {
  const { address, credentials } = parseRtspAddress(url);
  const value = given.credentials ?? credentials;
  return t.db.tx(async (tx) => {
    const { id: tenantId } = await ensureTenant(tx, given.tenant ?? 'default');
    const sealer = createSealer(SECRET_KEY);
    const credentialId =
      value === null
        ? null
        : await saveCredentials(tx, sealer, { tenantId, kind: 'rtsp', value: { ...value } });
    const id = await createCamera(tx, tenantId, {
      ...{ key: given.key, name: given.name ?? given.key, address: address.href, credentialId, defaults: {} },
      latitude: given.position?.latitude ?? null,
      longitude: given.position?.longitude ?? null,
      timezone: given.timezone ?? null,
      enabled: true,
    });
    if (id === null) throw new Error(`There is a camera ${given.key} already.`);
    return id;
  });
}

export async function startSession(t: Tributary, cameraId: string, order: PartialOrder): Promise<string> {
  return t.db.tx(async (tx) => {
    const [camera] = await tx<{ tenantId: string }[]>`
      select tenant_id as "tenantId" from cameras where id = ${cameraId}`;
    return createSession(tx, { tenantId: camera!.tenantId, cameraId, order: fillOrder(order) });
  });
}

export const want = (t: Tributary, id: string, wanted: CaptureSession['wanted']): Promise<boolean> =>
  t.db.tx((tx) => setWanted(tx, id, wanted));

export const reorder = (t: Tributary, id: string, order: CaptureOrder): Promise<boolean> =>
  t.db.tx((tx) => changeOrder(tx, id, order));

export async function sessionOf(t: Tributary, id: string): Promise<CaptureSession> {
  const session = await t.db.run((sql) => findSession(sql, id));
  if (session === null) throw new Error('The session is gone.');
  return session;
}

/** Polls until it is so. @throws Error with what it was instead */
export async function untilSession(
  t: Tributary,
  id: string,
  isSo: (session: CaptureSession) => boolean,
  withinMs = 60_000,
): Promise<CaptureSession> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const session = await sessionOf(t, id);
    if (isSo(session)) return session;
    if (Date.now() > deadline) throw new Error(`after ${withinMs} ms: ${JSON.stringify(session)}`);
    await sleep(100);
  }
}

/** The frames of a session, first to last, once their pictures are in the library. */
export async function framesOf(t: Tributary, sessionId: string, withinMs = 60_000): Promise<CameraFrame[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const frames = await t.db.run((sql) => newestFrames(sql, sessionId, 1_000));
    if (frames.every(({ assetState }) => assetState !== null && assetState !== 'pending'))
      return frames.reverse();
    if (Date.now() > deadline) throw new Error(`frames are not ready: ${JSON.stringify(frames.at(-1))}`);
    await sleep(200);
  }
}

export interface GapRow {
  fromAt: Date;
  toAt: Date | null;
  reason: string;
}

/** The ledger of a session, oldest first. */
export async function gapsOf(t: Tributary, sessionId: string): Promise<GapRow[]> {
  const rows = await t.db.run(
    (sql) => sql<GapRow[]>`
      select from_at as "fromAt", to_at as "toAt", reason from capture_gaps
      where session_id = ${sessionId} order by from_at, id`,
  );
  return [...rows];
}

export async function originalOf(t: Tributary, { tenantId, assetUid }: CameraFrame): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await t.objects.read(`${tenantId}/${assetUid}/original`))
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
