import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFfmpegDriver } from '../../capture/drivers/ffmpeg.ts';
import { addFrom } from '../../cli/models.ts';
import { hasGstreamer, type RtspServer, startRtspServer } from '../capture/gstreamer.ts';
import { brightBlobs, putModel } from '../hosting/models.ts';
import { type PhotoServer, startPhotoServer } from '../hosting/photoServer.ts';
import { folderOf, picture, pictures } from '../hosting/pictures.ts';
import { startTributary, type Tributary } from '../hosting/tributary.ts';
import { type FakeDropbox, startFakeDropbox } from '../sources/dropbox/fakeDropbox.ts';
import { FAKE_KEY, type FakeDrive, startFakeDrive } from '../sources/google-drive/fakeDrive.ts';

const CLOUD_COUNT = 5;
const PHOTO_COUNT = 15;
const SLOW_COUNT = 4;
const MAX_FILE_BYTES = 4 * 2 ** 20;

/** A whole product and everything that the older services' clients point it to. */
export interface World {
  tributary: Tributary;
  /** What the scripts of one base address are told: nothing of it is another one's, so that counts are known. */
  tell(base: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

async function camera(): Promise<RtspServer | null> {
  const driver = createFfmpegDriver({ ffmpegPath: process.env['FFMPEG_PATH'] || 'ffmpeg' });
  return (await hasGstreamer()) && (await driver.isAvailable()) ? startRtspServer() : null;
}

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const broken = async (seed: number): Promise<Buffer> => (await picture(seed)).subarray(0, 700);

export async function buildWorld(): Promise<World> {
  const root = await folderOf({});
  const models = path.join(tmpdir(), `tributary-contract-${randomUUID()}`);
  const made: { close(): Promise<unknown> }[] = [];
  const drive: FakeDrive = await startFakeDrive({ root });
  const dropbox: FakeDropbox = await startFakeDropbox({ root, links: {} });
  const rtsp = await camera();
  const tributary = await startTributary({
    parts: ['api', 'io', 'cpu', 'capture'],
    env: {
      SECRET_KEY: 'a key of thirty-two characters or more',
      MAX_FILE_BYTES: String(MAX_FILE_BYTES),
      GOOGLE_DRIVE_ENDPOINT: drive.url,
      GOOGLE_API_KEY: FAKE_KEY,
      DROPBOX_ENDPOINT: dropbox.url,
      DROPBOX_APP_KEY: 'fake-app',
      DROPBOX_APP_SECRET: 'fake-app-secret',
    },
  });
  const { manifestPath } = await putModel(models, 'yolov5', brightBlobs(256), {
    ...{ name: 'blobs', version: '1', input: { width: 256, height: 256 } },
    thresholds: { typical: 0.5, conservative: 0.05 },
  });
  await addFrom(tributary.config, manifestPath);

  let seed = 20_000;
  const some = async (count: number): Promise<Record<string, Buffer>> => {
    seed += 1_000;
    return pictures(count, seed);
  };
  async function photos(files: Record<string, Uint8Array>, delayMs = 0): Promise<PhotoServer> {
    const server = await startPhotoServer(files, delayMs);
    made.push(server);
    return server;
  }
  async function cloudFolder(more: Record<string, Buffer> = {}): Promise<string> {
    const name = `folder-${seed}`;
    const files = Object.entries({ ...(await some(CLOUD_COUNT)), ...more });
    await folderOf(Object.fromEntries(files.map(([file, bytes]) => [`${name}/${file}`, bytes])), root);
    return name;
  }
  const driveLink = async (more?: Record<string, Buffer>): Promise<string> =>
    `https://drive.google.com/drive/folders/${drive.tree.idOf(await cloudFolder(more))}?usp=sharing`;
  async function dropboxLink(): Promise<string> {
    const folder = await cloudFolder();
    dropbox.links.set(`/sh/${folder}/AAAkey`, { shows: folder });
    return `https://www.dropbox.com/sh/${folder}/AAAkey?dl=0`;
  }

  return {
    tributary,
    async tell(base) {
      seed += 1_000;
      const own = await folderOf({
        'one.jpg': await picture(seed + 1),
        'two.jpg': await picture(seed + 2),
        'three.jpg': await picture(seed + 3),
        'large.jpg': await picture(seed + 4, 1_600, 900),
      });
      made.push({ close: () => rm(own, { recursive: true }) });
      const listed = { ...(await some(PHOTO_COUNT - 1)), 'broken.jpg': await broken(seed) };
      const locked = await photos(await some(2));
      locked.login = ['ada', 'hunter2-canary'];
      const pushed = await photos({ 'pushed.jpg': await picture(seed + 900) });
      return {
        base,
        ...{ photo_count: PHOTO_COUNT, cloud_count: CLOUD_COUNT, slow_count: SLOW_COUNT },
        max_file_bytes: MAX_FILE_BYTES,
        pictures: own,
        photos: (await photos(listed)).url,
        locked: locked.url,
        slow: (await photos(await some(SLOW_COUNT), 500)).url,
        endless: (await photos(await some(60), 500)).url,
        pushed: `${pushed.url}pushed.jpg`,
        nowhere: 'http://127.0.0.1:1/',
        drive: await driveLink(),
        drive_again: await driveLink({ 'not-a-picture.jpg': await broken(seed + 901) }),
        drive_curl: await driveLink(),
        dropbox: await dropboxLink(),
        dropbox_again: await dropboxLink(),
        camera: rtsp === null ? null : `rtsp://127.0.0.1:${rtsp.ports.open}/h264`,
        dead_camera: `rtsp://127.0.0.1:${await freePort()}/live`,
      };
    },
    async close() {
      await tributary.close();
      await Promise.all([...made.map((each) => each.close()), drive.close(), dropbox.close(), rtsp?.stop()]);
      await rm(root, { recursive: true });
      await rm(models, { recursive: true });
    },
  };
}
