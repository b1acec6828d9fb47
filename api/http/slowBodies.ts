import type { Request, RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { refuseEarly } from '../upload/refuseEarly.ts';

export interface SlowLimit {
  /** A body that brings fewer bytes a second than this, over one window, is given up. */
  bytesPerSecond: number;
  windowMs: number;
}

interface Watched {
  /** Bytes of its connection at the beginning of the window. */
  bytes: number;
  /** Whether we were the slow side at some time of the window. */
  held: boolean;
  since: number;
}

const LOOKS_PER_WINDOW = 5;

/**
 * Ends requests whose body comes so slowly that they only hold a place. Looks at the connection and not at the stream, so
 * that whoever reads the body is not in its way.
 */
export function slowBodies({ bytesPerSecond, windowMs }: SlowLimit): RequestHandler {
  const watched = new Map<Request, Watched>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const now = performance.now();
    for (const [req, seen] of watched) {
      if (req.complete || req.destroyed) {
        forget(req);
        continue;
      }
      // Bytes that wait for us to read them are not the client's fault.
      if (req.readableLength > 0 || req.isPaused()) seen.held = true;
      if (now - seen.since < windowMs) continue;
      const bytes = req.socket.bytesRead;
      const enough = (bytes - seen.bytes) * 1_000 >= bytesPerSecond * (now - seen.since);
      if (enough || seen.held) {
        watched.set(req, { bytes, held: false, since: now });
        continue;
      }
      forget(req);
      refuseEarly(req, tooSlow(bytesPerSecond));
    }
  }

  function forget(req: Request): void {
    watched.delete(req);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return (req, res, next) => {
    if (req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0) {
      watched.set(req, { bytes: req.socket.bytesRead, held: false, since: performance.now() });
      timer ??= setInterval(look, windowMs / LOOKS_PER_WINDOW).unref();
      res.once('close', () => forget(req));
    }
    next();
  };
}

function tooSlow(bytesPerSecond: number): Problem {
  return new Problem({
    status: 408,
    code: 'too_slow',
    title: 'The body came too slowly',
    detail: `Less than ${bytesPerSecond} bytes a second arrived. Nothing was stored; for bad networks there is /uploads/tus.`,
  });
}
