import type { Request } from 'express';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { LinkSigner } from './signer.ts';

/** The parameters that `POST /images/{id}/links` adds. */
export const Signature = z.object({
  expires: z.string().optional().meta({ description: 'Part of a signed link' }),
  key: z.string().optional().meta({ description: 'Part of a signed link' }),
  signature: z.string().optional().meta({ description: 'Part of a signed link' }),
});

const refused = new Problem({
  status: 403,
  code: 'link_refused',
  title: 'This link is not valid',
  detail: 'It was changed, or its time is over. Ask whoever gave it to you for a new one.',
});

/**
 * Looks at the signature of a request, if it has anything of one.
 * @returns seconds that the link is good for; `null`: not signed @throws Problem 403, always the same
 */
export function signedFor(signer: LinkSigner, req: Request): number | null {
  if (!isSigned(req)) return null;
  // As it came, byte by byte: parsing first would make different addresses equal.
  const left = signer.verify(req.originalUrl.replace(/^\/api\/v1(?=\/)/, ''), new Date());
  if (left === null) throw refused;
  return left;
}

/** Whether anything in the address wants to be part of a signature. */
export function isSigned(req: Request): boolean {
  return ['expires', 'key', 'signature'].some((name) => name in req.query);
}
