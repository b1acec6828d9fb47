import compression from 'compression';
import type { RequestHandler } from 'express';

/** Smaller answers would grow, or gain nothing that is worth the work. */
const THRESHOLD = 1_024;

const TAKEN = /^(application\/(problem\+)?json|text\/(css|html|javascript))\b/;

/**
 * JSON and the files of the page in gzip or Brotli for who takes it; images are compressed already, and streams are
 * not to be held back.
 */
export function compressed(): RequestHandler {
  return compression({
    threshold: THRESHOLD,
    filter: (_req, res) => TAKEN.test(String(res.getHeader('Content-Type'))),
  });
}
