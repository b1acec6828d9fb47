import type { Request } from 'express';
import type { z } from 'zod';
import { FLY_QUALITY, FLY_WIDTHS, flyName } from '../../domain/fly.ts';
import type { RenditionFormat } from '../../domain/presets.ts';
import { Problem } from '../problem.ts';
import { BOTH_SIDES, type RenderQuery } from '../schemas/renditions.ts';

type Wanted = z.output<typeof RenderQuery>;

/** The best format that the client says it reads. A browser names the new ones; `*\/*` alone means nothing. */
function negotiated(req: Request): RenditionFormat {
  const best = req.accepts(['image/jpeg', 'image/avif', 'image/webp']);
  return best === 'image/avif' ? 'avif' : best === 'image/webp' ? 'webp' : 'jpeg';
}

/**
 * The name of what is asked for in words.
 * @param signed whether we said that it may be asked for; otherwise only a few sizes may
 * @throws Problem 422
 */
export function flyNameOf(wanted: Wanted, signed: boolean, req: Request): string {
  const { width = null, height = null, fit, quality } = wanted;
  if (width === null && height === null) throw wrong('width', 'Give a width, a height or both.');
  if (fit !== 'inside' && (width === null || height === null)) throw wrong('fit', BOTH_SIDES);
  if (!signed) {
    const advice = 'POST /images/{id}/links signs a link to any size.';
    if (width === null || !(FLY_WIDTHS as readonly number[]).includes(width)) {
      throw wrong(
        'width',
        `Without a signature the width must be one of ${FLY_WIDTHS.join(', ')}. ${advice}`,
      );
    }
    if (height !== null || fit !== 'inside' || quality !== undefined) {
      const field = height !== null ? 'height' : fit !== 'inside' ? 'fit' : 'quality';
      throw wrong(field, `Without a signature only the width and the format can be chosen. ${advice}`);
    }
  }
  const format = wanted.format === 'auto' ? negotiated(req) : wanted.format;
  return flyName({ width, height, fit, format, quality: quality ?? FLY_QUALITY[format] });
}

function wrong(field: string, detail: string): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail,
    errors: [{ pointer: `/query/${field}`, detail }],
  });
}
