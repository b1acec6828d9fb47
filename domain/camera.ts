import type { FailureType } from './failures.ts';

/**
 * What a session captures: one picture; some, as fast as they come; one in each interval; as many a second as asked for;
 * the same, of which only those are kept that show something new.
 */
export const SESSION_MODES = ['single_frame', 'burst', 'interval', 'continuous', 'on_change'] as const;
export type SessionMode = (typeof SESSION_MODES)[number];

/** `keyframes` costs a fifth of `all` and gives a picture every second or few. */
export const DECODE_MODES = ['keyframes', 'all'] as const;
export type DecodeMode = (typeof DECODE_MODES)[number];

/** How a session captures. What its mode has no use for is absent. */
export interface CaptureOrder {
  mode: SessionMode;
  /** The session ends after so many frames that were kept. Always there for `single_frame` (1) and `burst`. */
  frameCount?: number;
  /** From one picture to the next, for `interval`. */
  intervalSeconds?: number;
  /** The session ends so long after it began; `null`: only when somebody stops it. */
  durationSeconds?: number | null;
  /** Pictures a second at most, for `continuous`, `on_change`, and `burst` where it was given. */
  fps?: number;
  decode: DecodeMode;
  /** Of the JPEGs, 1 to 100. */
  quality: number;
  /** For `on_change`: the share of the picture that has to differ, 0 to 1; absent: what the change gate takes. */
  changeShare?: number;
}

/** What may be said of an order; the rest follows from its mode. */
export type PartialOrder = { [K in keyof CaptureOrder]?: CaptureOrder[K] | undefined };

/** Bounds of each number, for whoever takes orders. */
export const ORDER_LIMITS = {
  frameCount: { least: 1, most: 1_000 },
  intervalSeconds: { least: 1, most: 86_400 },
  durationSeconds: { least: 1, most: 10 * 365 * 86_400 },
  fps: { least: 0.01, most: 30 },
  quality: { least: 1, most: 100 },
  changeShare: { least: 0.0001, most: 1 },
} as const;

/** From this interval on every picture is a connection of its own; below, the connection stays open. */
export const ONE_SHOT_FROM_S = 8;

const BURST_FRAMES = 5;
const INTERVAL_S = 60;
const FPS = 1;
const QUALITY = 90;
/** Streams have a keyframe about every second; who wants more pictures than that needs the others, too. */
const KEYFRAMES_TO_FPS = 1;

/**
 * The whole order, from what the request says, then what its camera says, then the usual.
 *
 * What a camera says of counts, intervals, rates and durations holds for its own mode only: a burst of a camera that is
 * captured every minute for ever is still a burst.
 */
export function fillOrder(given: PartialOrder, camera: PartialOrder = {}): CaptureOrder {
  const mode = given.mode ?? camera.mode ?? 'single_frame';
  const own: PartialOrder = camera.mode === undefined || camera.mode === mode ? camera : {};
  const decode = given.decode ?? camera.decode;
  const basic = { mode, quality: given.quality ?? camera.quality ?? QUALITY };
  const keys = { ...basic, decode: decode ?? 'keyframes' } as const;
  const frameCount = given.frameCount ?? own.frameCount;
  const durationSeconds = given.durationSeconds !== undefined ? given.durationSeconds : own.durationSeconds;
  const fps = given.fps ?? own.fps;
  const end = {
    ...(frameCount !== undefined && { frameCount }),
    durationSeconds: durationSeconds ?? null,
  };
  switch (mode) {
    case 'single_frame':
      return { ...keys, frameCount: 1 };
    case 'burst':
      return {
        ...basic,
        decode: decode ?? 'all',
        frameCount: frameCount ?? BURST_FRAMES,
        ...(fps !== undefined && { fps }),
      };
    case 'interval':
      return { ...keys, ...end, intervalSeconds: given.intervalSeconds ?? own.intervalSeconds ?? INTERVAL_S };
    case 'continuous':
    case 'on_change': {
      const rate = fps ?? FPS;
      const changeShare = given.changeShare ?? own.changeShare;
      return {
        ...basic,
        ...end,
        decode: decode ?? (rate > KEYFRAMES_TO_FPS ? 'all' : 'keyframes'),
        fps: rate,
        ...(mode === 'on_change' && changeShare !== undefined && { changeShare }),
      };
    }
  }
}

/**
 * `pending`: its workflow was not yet seen. `waiting`: for the next try, or the next picture of a long interval.
 * `needs_attention`: the camera refuses, and only a person can change that. `stopped`: somebody ended it.
 */
export const SESSION_STATES = [
  'pending',
  'connecting',
  'capturing',
  'waiting',
  'paused',
  'needs_attention',
  'completed',
  'stopped',
  'failed',
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export const ENDED_STATES = ['completed', 'stopped', 'failed'] as const;

/** What a person wants of a session. */
export const WANTED = ['run', 'paused', 'stopped'] as const;
export type SessionWanted = (typeof WANTED)[number];

/**
 * `idle`: no session is open. `lost`: sessions are to see it, and none does. `paused`: all of them are. `capturing`: at
 * least one sees it, or waits for its next picture.
 */
export const CAMERA_CONDITIONS = ['disabled', 'idle', 'capturing', 'lost', 'paused'] as const;
export type CameraCondition = (typeof CAMERA_CONDITIONS)[number];

/** Why a camera was not seen, where it is no failure of its own. */
export const PLAIN_GAP_REASONS = ['worker_lost', 'no_free_slot', 'paused'] as const;
export type GapReason = FailureType | (typeof PLAIN_GAP_REASONS)[number];

/** How a running session sees itself. */
export interface CaptureProgress {
  state: SessionState;
  frames: number;
  dropped: number;
  /** ISO 8601. */
  lastFrameAt: string | null;
  nextTryAt: string | null;
  failure: { type: string; detail: string } | null;
}

/** What looking at a camera gives: `testCamera`, `takeSnapshot`. */
export type CameraLook =
  | {
      ok: true;
      info: { codec: string; width: number; height: number; fps: number | null };
      driver: string;
      tookMs: number;
    }
  | { ok: false; failure: { type: string; detail: string } };

/** The kind that credentials of cameras are sealed as. */
export const CAMERA_CREDENTIALS = 'rtsp';

/** Name of an NOTIFY channel: a live frame of the camera in its payload was written. */
export const LIVE_FRAMES = 'live_frame';

/**
 * Pictures of long intervals lie on a grid that begins with their session, so that one that was late makes none after it
 * late. @returns milliseconds to the next place in it
 */
export function nextShotMs(ageMs: number, intervalMs: number): number {
  return intervalMs - (ageMs % intervalMs);
}

/** Why a session does not see its camera, and what it does about it. */
export interface CaptureLoss {
  reason: GapReason;
  detail: string | null;
  state: Extract<SessionState, 'connecting' | 'waiting' | 'paused' | 'needs_attention'>;
  /** Milliseconds until the next try; `null`: that depends on others. */
  nextTryMs: number | null;
}

/** What a watch over the quality of pictures knows of those so far, for one that goes on elsewhere. */
export interface QualityMemory {
  /** Brightness of the last picture that differed from the one before it. */
  previous: Uint8Array | null;
  /** Brightness of the usual scene. */
  scene: Float32Array | null;
  /** So many pictures in a row were the same. */
  same: number;
  /** So many in a row had nothing to do with the scene. */
  strange: number;
}
