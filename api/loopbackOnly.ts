import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Whether a request comes from a page, or under a name, that is not of this machine. */
export function isForeign({ headers: { host, origin }, method }: IncomingMessage): boolean {
  const foreign =
    origin !== undefined && origin !== 'null' && !LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
  return host === undefined || !LOOPBACK.test(host) || foreign || (origin === 'null' && method !== 'GET');
}

/**
 * Guards an API that needs no sign-in because only this machine reaches it. A page of a foreign site, opened in a
 * browser on this machine, reaches it too: by a name that resolves to loopback (DNS rebinding, caught by `Host`) or
 * by a plain form post (caught by `Origin`).
 */
export const loopbackOnly: RequestHandler = (req, _res, next) => {
  if (isForeign(req)) {
    throw new Problem({
      status: 403,
      code: 'foreign_origin',
      title: 'Only this machine may call',
      detail: 'This server answers programs and pages of this machine only, under localhost or 127.0.0.1.',
    });
  }
  next();
};
