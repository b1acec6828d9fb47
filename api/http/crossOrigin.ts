import cors from 'cors';
import type { RequestHandler } from 'express';

/** What a page of another origin may read beside the body. */
const EXPOSED_HEADERS = [
  ...['Content-Disposition', 'ETag', 'Idempotency-Replayed', 'Link', 'Location', 'Preference-Applied'],
  ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After', 'X-Request-Id'],
  ...['Tus-Extension', 'Tus-Max-Size', 'Tus-Resumable', 'Tus-Version', 'Upload-Expires', 'Upload-Length'],
  ...['Upload-Offset', 'Upload-Result'],
];
const REMEMBERED_SECONDS = 600;

/** Lets pages of these exact origins call. Nothing is sent by itself with their requests: there are no cookies. */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const allow = cors({
    origin: [...origins],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: REMEMBERED_SECONDS,
  });
  return (req, res, next) => {
    // OPTIONS that is no preflight is for whoever answers at that path.
    const answers = req.method !== 'OPTIONS' || 'access-control-request-method' in req.headers;
    if (origins.length === 0 || !answers) next();
    else allow(req, res, next);
  };
}
