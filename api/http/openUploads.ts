import type { RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { refuseEarly } from '../upload/refuseEarly.ts';
import { addressOf } from './addressOf.ts';

const BODIES_OF_FILES = ['multipart/form-data', 'application/offset+octet-stream'];

/** Lets no address send more files at once than this: each holds a connection and a temporary file. */
export function openUploads(most: number): RequestHandler {
  const open = new Map<string, number>();
  return (req, res, next) => {
    if (!req.is(BODIES_OF_FILES)) {
      next();
      return;
    }
    const address = addressOf(req);
    const others = open.get(address) ?? 0;
    if (others >= most) {
      refuseEarly(
        req,
        new Problem({
          status: 429,
          code: 'too_many_uploads',
          title: 'Too many uploads at once',
          detail: `At most ${most} uploads of one address are taken at the same time. Send this one when another is done.`,
          retryAfter: 1,
        }),
      );
      return;
    }
    open.set(address, others + 1);
    res.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    next();
  };
}
