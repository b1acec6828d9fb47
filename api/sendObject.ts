import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import { Problem } from './problem.ts';

export interface Sent {
  key: string;
  bytes: number;
  mediaType: string;
  /** Hex; becomes the ETag. */
  sha256: string;
  /** What a person would call the file. */
  fileName: string;
  /** `attachment`: bytes from outside are never shown in place, whatever they claim to be. */
  disposition: 'inline' | 'attachment';
  cacheControl: string;
}

/** For what may change under its address, and only its reader may keep. */
export const PRIVATE = 'private, max-age=86400';
/** For addresses whose content never changes. */
export const FOR_EVER = 'public, max-age=31536000, immutable';

/** Bytes of an image with everything a cache and a browser need to treat them right. */
export async function sendObject(
  objects: ObjectStore,
  object: Sent,
  req: Request,
  res: Response,
): Promise<void> {
  const tag = `"${object.sha256}"`;
  const headers = {
    'Content-Type': object.mediaType,
    ETag: tag,
    'Cache-Control': object.cacheControl,
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': disposition(object),
    'Accept-Ranges': 'bytes',
  };
  const asked = req.headers['if-range'];
  const ranges =
    asked === undefined || asked === tag ? req.range(object.bytes, { combine: true }) : undefined;
  const range =
    Array.isArray(ranges) && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
  // Opened before anything is said, so that a missing object can still be answered as a problem.
  const wanted = req.method !== 'HEAD' && ranges !== -1 && !isKnown(req, tag);
  const body = wanted ? await objects.read(object.key, range) : null;
  if (isKnown(req, tag)) {
    res.set(headers).status(304).end();
    return;
  }
  if (ranges === -1) {
    res.set('Content-Range', `bytes */${object.bytes}`);
    throw new Problem({
      status: 416,
      code: 'bad_range',
      title: 'The range is not there',
      detail: `There are ${object.bytes} bytes, and the range begins behind them.`,
    });
  }
  res.set(headers);
  if (range !== undefined) {
    res.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${object.bytes}`);
  }
  res.set('Content-Length', String(range === undefined ? object.bytes : range.end - range.start + 1));
  if (body === null) {
    res.end();
    return;
  }
  await pipeline(body, res).catch((error: NodeJS.ErrnoException) => {
    // The client went away; there is nobody to tell.
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** RFC 9110 §13.1.2; all our tags are strong, and weak ones of ours come from proxies that compressed. */
function isKnown(req: Request, tag: string): boolean {
  const known = req.headers['if-none-match'];
  if (known === undefined) return false;
  return known.split(',').some((one) => ['*', tag].includes(one.trim().replace(/^W\//, '')));
}

/** RFC 6266: a name that everybody reads, and the right one in UTF-8 (RFC 5987). */
function disposition({ disposition: kind, fileName }: Sent): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
