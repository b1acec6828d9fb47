import type { z } from 'zod';
import type { CameraGapList } from '../../api/schemas/cameraFrames.ts';
import type { Camera, CameraCreate, CameraList, CameraTest } from '../../api/schemas/cameras.ts';
import type { CaptureOrderInput } from '../../api/schemas/captureOrders.ts';
import type { CaptureSession } from '../../api/schemas/captureSessions.ts';
import { type Server, ServerError } from './server.ts';

type List = z.infer<typeof CameraList>;
type Session = z.infer<typeof CaptureSession>;
type Gaps = z.infer<typeof CameraGapList>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ENDED = ['completed', 'stopped', 'failed'];
const PAGE = 100;

/** @param camera its id, or what clients call it @returns its id */
async function idOf(server: Server, camera: string, tenant: string | undefined): Promise<string> {
  if (UUID.test(camera)) return camera;
  const query = new URLSearchParams({
    camera_id: camera,
    ...(tenant !== undefined && { tenant_name: tenant }),
  });
  const { cameras } = await server.call<List>('GET', `/cameras?${query}`);
  const [found] = cameras;
  if (found === undefined)
    throw new ServerError(`There is no camera "${camera}". "tributary cameras list" shows those there are.`);
  return found.id;
}

export async function showCameras(server: Server, tenant: string | undefined): Promise<void> {
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({
      page: String(page),
      limit: String(PAGE),
      ...(tenant !== undefined && { tenant_name: tenant }),
    });
    const { cameras, total, pages } = await server.call<List>('GET', `/cameras?${query}`);
    if (total === 0) console.log('There are no cameras yet. Add one with "tributary cameras add <address>".');
    for (const camera of cameras) {
      const flags = camera.health.flags.length === 0 ? '' : ` (${camera.health.flags.join(', ')})`;
      const lost = camera.lost_since === null ? '' : ` since ${camera.lost_since}`;
      const last = camera.last_frame_at === null ? 'no frame yet' : `last frame ${camera.last_frame_at}`;
      console.log(
        `${camera.id}  ${camera.camera_id}  ${camera.rtsp_url}  ${camera.condition}${lost}${flags}  ${last}`,
      );
    }
    if (page >= pages) return;
  }
}

/** @returns whether a picture was seen */
export async function testCamera(
  server: Server,
  camera: string,
  tenant: string | undefined,
): Promise<boolean> {
  const id = await idOf(server, camera, tenant);
  const seen = await server.call<z.infer<typeof CameraTest>>('POST', `/cameras/${id}/test`);
  if (seen.ok) {
    const fps = seen.fps === null ? '' : `, ${seen.fps} pictures a second`;
    console.log(
      `ok: ${seen.codec}, ${seen.width} × ${seen.height}${fps} (${seen.driver}, ${seen.took_ms} ms)`,
    );
  } else if (seen.error !== null) {
    console.log(`FAILED: ${seen.error.title}. ${seen.error.detail} ${seen.error.advice}`);
  }
  return seen.ok;
}

/** @param test look first; nothing is kept when nothing can be seen @returns whether the camera was added */
export async function addCamera(
  server: Server,
  camera: z.input<typeof CameraCreate>,
  test: boolean,
): Promise<boolean> {
  const made = await server.call<z.infer<typeof Camera>>('POST', '/cameras', camera);
  if (test && !(await testCamera(server, made.id, undefined))) {
    await server.call('DELETE', `/cameras/${made.id}`);
    console.log('The camera was not added.');
    return false;
  }
  console.log(`${made.id}  ${made.camera_id}  ${made.rtsp_url}`);
  return true;
}

const told = (session: Session): string =>
  `${session.state}: ${session.frames} frames` +
  `${session.failure === null ? '' : `. ${session.failure.title}: ${session.failure.detail} ${session.failure.advice}`}`;

/** @returns whether it goes on, or ended with pictures */
export async function capture(
  server: Server,
  camera: string,
  order: z.input<typeof CaptureOrderInput>,
  { tenant, wait }: { tenant?: string | undefined; wait: boolean },
): Promise<boolean> {
  const id = await idOf(server, camera, tenant);
  const begun = await server.call<Session>('POST', `/cameras/${id}/sessions`, order);
  console.log(`${begun.id}  ${begun.order.capture_mode}`);
  if (!wait) return true;
  for (let before = ''; ; ) {
    const session = await server.call<Session>('GET', `/capture/sessions/${begun.id}`);
    const now = told(session);
    if (now !== before) console.log(now);
    before = now;
    if (ENDED.includes(session.state)) return session.frames > 0;
    if (session.state === 'needs_attention') return false;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const clock = (seconds: number): string => {
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, Math.round(seconds % 60)];
  return [...(h > 0 ? [`${h} h`] : []), ...(h > 0 || m > 0 ? [`${m} min`] : []), `${s} s`].join(' ');
};

export async function showGaps(
  server: Server,
  camera: string,
  { tenant, from, to }: { tenant?: string | undefined; from?: string | undefined; to?: string | undefined },
): Promise<void> {
  const id = await idOf(server, camera, tenant);
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(cursor !== '' && { cursor }),
    });
    const page: Gaps = await server.call<Gaps>('GET', `/cameras/${id}/gaps?${query}`);
    for (const gap of page.gaps) {
      console.log(`${gap.from}  ${gap.to ?? 'not over yet'}  ${clock(gap.seconds)}  ${gap.title}`);
      if (gap.detail) console.log(`    ${gap.detail}`);
    }
    cursor = page.next_cursor;
    const { asked_seconds, seen_seconds, unseen_seconds, gaps } = page.totals;
    if (cursor === null) {
      console.log(
        asked_seconds === 0
          ? 'Nobody asked for this camera in that time.'
          : `Seen for ${clock(seen_seconds)} of ${clock(asked_seconds)}; not seen for ${clock(unseen_seconds)}, in ${gaps} gaps.`,
      );
    }
  }
}
