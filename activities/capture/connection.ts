import { setTimeout as sleep } from 'node:timers/promises';
import type { CapturedFrame } from '../../capture/driver.ts';
import { holdConnection, releaseConnection, takeConnection } from '../../stores/cameras/connection.ts';
import { publishLiveFrame } from '../../stores/cameras/liveFrames.ts';
import type { Database } from '../../stores/postgres/database.ts';

/** The lease of a camera's one connection, held until it is disposed of. */
export interface Connection extends AsyncDisposable {
  /** Aborted when somebody else has it now. */
  readonly lost: AbortSignal;
  /** Whether somebody looks at the camera. */
  readonly watched: boolean;
  /** Shows the picture to those who look, as far as they can keep up. */
  show(frame: CapturedFrame): void;
}

export interface Claim {
  cameraId: string;
  /** See `takeConnection`. */
  holder: string;
  first: boolean;
  /** How long to wait for somebody else to be done, in milliseconds. */
  waitMs: number;
  signal: AbortSignal;
}

const TICK_MS = 2_000;
const ASK_EVERY_MS = 500;
/** At most five pictures a second are shown. */
const SHOW_EVERY_MS = 190;

/** @returns `null`: it is somebody else's. @throws the signal's reason */
export async function takeLease(db: Database, claim: Claim): Promise<Connection | null> {
  const { cameraId, holder, first, waitMs, signal } = claim;
  const patience = Date.now() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    const taken = await db.run((sql) => takeConnection(sql, cameraId, holder, first));
    if (taken === 'taken') break;
    if (taken === 'waived') {
      // Whoever watched hangs up at his next tick; the camera may serve one connection only.
      await sleep(TICK_MS + ASK_EVERY_MS);
      break;
    }
    if (Date.now() >= patience) return null;
    await sleep(ASK_EVERY_MS);
  }
  return hold(db, cameraId, holder);
}

function hold(db: Database, cameraId: string, holder: string): Connection {
  const lost = new AbortController();
  let watched = false;
  let shownAt = 0;
  let showing: Promise<void> = Promise.resolve();
  let isShowing = false;

  async function tick(): Promise<void> {
    try {
      const held = await db.run((sql) => holdConnection(sql, cameraId, holder));
      watched = held?.watched ?? false;
      if (held === null) lost.abort();
    } catch {
      // A database that is away takes no leases from anybody.
    }
  }
  void tick();
  const timer = setInterval(() => void tick(), TICK_MS);

  return {
    lost: lost.signal,
    get watched() {
      return watched;
    },
    show({ jpeg, width, height, at }) {
      if (!watched || isShowing || at.getTime() - shownAt < SHOW_EVERY_MS) return;
      shownAt = at.getTime();
      isShowing = true;
      showing = db
        .run((sql) => publishLiveFrame(sql, cameraId, { jpeg, width, height, at }))
        // Nobody misses one picture of many.
        .catch(() => {})
        .finally(() => {
          isShowing = false;
        });
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await showing;
      // It runs out by itself.
      await db.run((sql) => releaseConnection(sql, cameraId, holder)).catch(() => {});
    },
  };
}
