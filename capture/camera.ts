import { Failure } from '../domain/failures.ts';
import type { Capture, CaptureDriver, CapturedFrame, CaptureRequest } from './driver.ts';
import { openRelay, type RelayOptions } from './rtsp/relay.ts';

export interface CameraRequest extends Omit<CaptureRequest, 'url'>, Omit<RelayOptions, 'signal'> {
  driver: CaptureDriver;
}

/** How long after its decoder the relay may take to say what happened to the camera. */
const VERDICT_MS = 2_000;

/**
 * Pictures of a camera: its relay, and a decoder that reads from it. When either breaks, both end; what the relay says is
 * what happened, because the decoder only sees a connection that ends.
 *
 * @throws Failure; the signal's reason. Nothing is left open.
 */
export async function openCamera(request: CameraRequest): Promise<Capture> {
  const { driver, signal } = request;
  const relay = await openRelay(request);

  async function verdict(error: unknown): Promise<unknown> {
    if (signal.aborted) return signal.reason;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), VERDICT_MS);
    });
    const known: Failure | null = await Promise.race([relay.ended, silence]);
    clearTimeout(timer);
    return known ?? error;
  }

  let capture: Capture;
  try {
    capture = await driver.open({ ...request, url: relay.url });
  } catch (error) {
    const reason = await verdict(error);
    await relay.close();
    throw reason;
  }
  const { info, frames } = capture;
  let closed = false;
  // A decoder sees that its connection is gone, and ends; one that does not is ended.
  void relay.ended.then(() => {
    const late = setTimeout(() => void capture.close(), VERDICT_MS);
    late.unref();
  });

  async function* watched(): AsyncGenerator<CapturedFrame> {
    try {
      yield* frames;
    } catch (error) {
      throw await verdict(error);
    }
    if (!closed) throw await verdict(new Failure('source_unreachable', 'The video of the camera ended.'));
  }
  return {
    info,
    frames: { [Symbol.asyncIterator]: watched },
    get dropped() {
      return capture.dropped;
    },
    async close() {
      closed = true;
      await capture.close();
      await relay.close();
    },
  };
}
