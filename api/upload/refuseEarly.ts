import type { Request } from 'express';
import { Failure } from '../../domain/failures.ts';
import { AlreadyAnswered, failureProblem, type Problem, sendProblem } from '../problem.ts';

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
  res.set('Connection', 'close');
  res.once('finish', () => {
    // Once it is answered, Node tells nobody who reads a body that its connection has gone.
    const end = (): void => void req.destroy();
    const timer = setTimeout(end, LINGER_MS);
    req.socket.once('close', end);
    req.once('end', () => clearTimeout(timer));
    req.once('close', () => clearTimeout(timer));
    let dropped = 0;
    req.on('data', (chunk: Buffer) => {
      dropped += chunk.length;
      if (dropped > LINGER_BYTES) end();
    });
    req.resume();
  });
  sendProblem(res, problem);
}

/** Fields, names and boundaries around the files of a form. */
const FORM_BYTES = 2 * 2 ** 20;

/** Refuses a form that announces more bytes than its files may have, before any of them is read. @throws AlreadyAnswered */
export function refuseAnnounced(req: Request, maxBytes: number): void {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced <= maxBytes + FORM_BYTES) return;
  refuseEarly(
    req,
    failureProblem(new Failure('too_large', `${announced} bytes were announced; ${maxBytes} are allowed.`)),
  );
  throw new AlreadyAnswered();
}
