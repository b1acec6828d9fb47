import { LIVE_FRAMES } from '../../domain/camera.ts';
import type { Logger } from '../../log.ts';
import { keepLive } from '../../stores/cameras/cameras.ts';
import { type LiveFrame, readLiveFrame } from '../../stores/cameras/liveFrames.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { CameraControl } from '../temporal/cameras.ts';

/** How often it is said that somebody still looks, and how long that holds. */
const KEEP_MS = 5_000;
const LIVE_SECONDS = 15;
/** At most five pictures a second. */
const REST_MS = 200;

/** Takes a picture; one that is still busy with the one before says so, and misses it. */
export interface Viewer {
  /** Sees people whom the tenant hides. */
  readonly seesPeople: boolean;
  ready(): boolean;
  show(frame: LiveFrame): void;
  /** There is nothing more to see for it. */
  end(): void;
}

export interface CameraWatching {
  /** Shows pictures of a camera from now on, as they come. Returns the way to stop; `null`: too many watch already. */
  watch(cameraId: string, viewer: Viewer): (() => void) | null;
  stop(): Promise<void>;
}

interface Watched {
  viewers: Set<Viewer>;
  keeping: NodeJS.Timeout;
  /** Came while one was being shown. */
  again: boolean;
  busy: boolean;
  /** Of when the last picture was; two notifications may be about one. */
  shown: number;
}

/**
 * Shows cameras to those who look at them. Each picture is read once for all of them, whoever is slow misses some, and
 * while nobody looks nothing is asked of anybody.
 * @param most viewers of all cameras together
 */
export async function createCameraWatching(
  { db, cameras, log }: { db: Database; cameras: CameraControl; log: Logger },
  most: number,
): Promise<CameraWatching> {
  const watched = new Map<string, Watched>();
  let viewers = 0;

  async function keep(cameraId: string): Promise<void> {
    try {
      await db.run((sql) => keepLive(sql, cameraId, LIVE_SECONDS));
      await cameras.watch(cameraId);
    } catch (error) {
      log.warn({ err: error, camera_id: cameraId }, 'a camera is not watched yet');
    }
  }

  async function show(cameraId: string, entry: Watched): Promise<void> {
    if (entry.busy) {
      entry.again = true;
      return;
    }
    entry.busy = true;
    do {
      entry.again = false;
      try {
        const frame = await db.run((sql) => readLiveFrame(sql, cameraId));
        if (frame !== null && frame.at.getTime() !== entry.shown) {
          entry.shown = frame.at.getTime();
          for (const viewer of entry.viewers) {
            if (frame.hidden && !viewer.seesPeople) viewer.end();
            else if (viewer.ready()) viewer.show(frame);
          }
        }
      } catch (error) {
        log.warn({ err: error, camera_id: cameraId }, 'a live frame is not readable');
      }
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    } while (entry.again && watched.get(cameraId) === entry);
    entry.busy = false;
  }

  const unlisten = await db.listen(LIVE_FRAMES, (cameraId) => {
    const entry = watched.get(cameraId);
    if (entry !== undefined) void show(cameraId, entry);
  });

  function open(cameraId: string): Watched {
    const entry: Watched = {
      viewers: new Set(),
      keeping: setInterval(() => void keep(cameraId), KEEP_MS),
      again: false,
      busy: false,
      shown: 0,
    };
    watched.set(cameraId, entry);
    void keep(cameraId);
    return entry;
  }

  return {
    watch(cameraId, viewer) {
      if (viewers >= most) return null;
      const entry = watched.get(cameraId) ?? open(cameraId);
      entry.viewers.add(viewer);
      viewers += 1;
      return () => {
        if (!entry.viewers.delete(viewer)) return;
        viewers -= 1;
        if (entry.viewers.size > 0) return;
        clearInterval(entry.keeping);
        watched.delete(cameraId);
      };
    },
    async stop() {
      for (const { keeping } of watched.values()) clearInterval(keeping);
      await unlisten().catch((error: unknown) => log.debug({ err: error }, 'unlisten failed'));
    },
  };
}
