import type { Request } from 'express';
import { type Problem, sendProblem } from '../problem.ts';

/** How long, and how much of it, the rest of a refused body is read and dropped, so that the client gets to see the answer. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 16 * 2 ** 20;

/**
 * Answers while the body is still arriving and then ends the connection: a client that sends without end must not
 * keep us reading. Closing at once would throw away the answer with the unread bytes (RFC 9112, 9.6).
 */
export function refuseEarly(req: Request, problem: Problem): void {
  const { res } = req;
  if (res === undefined || res.headersSent) return;
  res.once('finish', () => {
    const timer = setTimeout(() => req.socket.destroy(), LINGER_MS);
    req.once('end', () => clearTimeout(timer));
    req.once('close', () => clearTimeout(timer));
    let dropped = 0;
    req.on('data', (chunk: Buffer) => {
      dropped += chunk.length;
      if (dropped > LINGER_BYTES) req.socket.destroy();
    });
    req.resume();
  });
  sendProblem(res, problem);
}
