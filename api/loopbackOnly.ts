import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** Whether a request comes from a page, or under a name, that is not of this machine. @param pages origins that may call */
export function isForeign(
  { headers: { host, origin }, method }: IncomingMessage,
  pages: readonly string[] = [],
): boolean {
  const foreign =
    origin !== undefined &&
    origin !== 'null' &&
    !pages.includes(origin) &&
    !LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
  return host === undefined || !LOOPBACK.test(host) || foreign || (origin === 'null' && method !== 'GET');
}

/**
 * Guards an API that needs no sign-in because only this machine reaches it. A page of a foreign site, opened in a
 * browser on this machine, reaches it too: by a name that resolves to loopback (DNS rebinding, caught by `Host`) or
 * by a plain form post (caught by `Origin`).
 */
export const loopbackOnly =
  (pages: readonly string[]): RequestHandler =>
  (req, _res, next) => {
    if (!isForeign(req, pages)) {
      next();
      return;
    }
    throw new Problem({
      status: 403,
      code: 'foreign_origin',
      title: 'Only this machine may call',
      detail: 'This server answers programs and pages of this machine only, under localhost or 127.0.0.1.',
    });
  };
