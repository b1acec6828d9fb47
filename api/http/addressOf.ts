import type { Request } from 'express';

/** Where a request comes from, behind the proxies that are trusted. */
export function addressOf(req: Request): string {
  return req.ip ?? req.socket.remoteAddress ?? '';
}
