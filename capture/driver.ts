/** `keyframes` costs a fifth of `all` and gives one picture for each group of pictures, every second or few. */
export const CAPTURE_MODES = ['keyframes', 'all'] as const;
export type CaptureMode = (typeof CAPTURE_MODES)[number];

export interface CaptureRequest {
  /** On loopback: the address of a relay. Drivers are shown no other. */
  url: string;
  mode: CaptureMode;
  /** Pictures a second at most; may be a fraction. Without it, all that the mode gives. */
  maxFps?: number;
  /** Of the JPEGs, 1 to 100. */
  quality: number;
  /** Ends the capture; what waits for it gets the signal's reason. */
  signal: AbortSignal;
  /** Longest wait for a picture, in milliseconds, added to what `maxFps` makes it wait. */
  pictureMs?: number;
}

export interface CapturedFrame {
  jpeg: Buffer;
  width: number;
  height: number;
  /**
   * When it arrived here, by our clock: cameras' clocks jump, and few of them are right. It is some tenths of a second
   * later than what it shows.
   */
  at: Date;
  /** Whether it stands on its own in the stream; `null` where the driver does not say. */
  keyframe: boolean | null;
}

export interface StreamInfo {
  /** As FFmpeg calls it: `h264`, `hevc`, `mjpeg`, … */
  codec: string;
  width: number;
  height: number;
  /** As announced or guessed; `null`: unknown. */
  fps: number | null;
}

/** A stream that is being decoded. */
export interface Capture {
  readonly info: StreamInfo;
  /**
   * For one reader. Whoever is slow misses pictures, the oldest first. A live stream has no end: it throws a `Failure`
   * when it breaks off, and ends only after `close`.
   */
  readonly frames: AsyncIterable<CapturedFrame>;
  /** Pictures that nobody read in time. */
  readonly dropped: number;
  /** Ends it at once, and settles when nothing of it is left. */
  close(): Promise<void>;
}

/** Something that makes pictures of a stream. */
export interface CaptureDriver {
  readonly name: 'ffmpeg' | 'node-av';
  /** Whether what it needs is installed. */
  isAvailable(): Promise<boolean>;
  /**
   * Settles with the first picture.
   * @throws Failure; the signal's reason. Nothing is left running.
   */
  open(request: CaptureRequest): Promise<Capture>;
}

/** One picture and no more. */
export async function grabFrame(driver: CaptureDriver, request: CaptureRequest): Promise<CapturedFrame> {
  const capture = await driver.open(request);
  try {
    for await (const frame of capture.frames) return frame;
    throw new Error('a capture ended without a picture');
  } finally {
    await capture.close();
  }
}
