import type { Response } from 'express';
import type { LiveFrame } from '../../stores/cameras/liveFrames.ts';
import type { Viewer } from './watching.ts';

const BOUNDARY = 'frame';
/** A client that takes nothing for so long is gone, whatever its socket says. */
const GONE_MS = 30_000;

/**
 * Pictures one after the other as `multipart/x-mixed-replace`, which browsers show in an `<img>` as a film. Headers go
 * with the first one, so that until then a problem can be told. A client that is slow gets the next picture when it has
 * taken the one before, so that never more than one waits for it.
 * @param seesPeople whom the tenant hides
 */
export function createMjpeg(res: Response, seesPeople: boolean): Viewer {
  let slow: NodeJS.Timeout | null = null;

  function caughtUp(): void {
    if (slow !== null) clearTimeout(slow);
    slow = null;
  }
  res.on('drain', caughtUp);
  res.once('close', caughtUp);

  function begin(): void {
    res.writeHead(200, {
      'Content-Type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // Proxies that gather would show nothing for a long time.
      'X-Accel-Buffering': 'no',
    });
    res.write(`--${BOUNDARY}\r\n`);
  }

  return {
    seesPeople,
    end: () => res.destroy(),
    ready: () => slow === null && !res.writableEnded && !res.destroyed,
    show({ jpeg, at }: LiveFrame) {
      if (!res.headersSent) begin();
      const head = `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Captured-At: ${at.toISOString()}\r\n\r\n`;
      res.write(head);
      res.write(jpeg);
      // With the boundary behind it, a browser shows the picture now and not with the next one.
      if (!res.write(`\r\n--${BOUNDARY}\r\n`)) slow = setTimeout(() => res.destroy(), GONE_MS);
    },
  };
}
