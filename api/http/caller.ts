import type { Request } from 'express';

/** Who asks: the principal where somebody signed in, else the address that the request came from. */
export function callerOf(req: Request): { principal: string | null; address: string } {
  const { principal } = req as Request & { principal?: { id?: unknown } | null };
  const id = principal?.id;
  return {
    principal: typeof id === 'string' || typeof id === 'number' ? String(id) : null,
    address: req.ip ?? req.socket.remoteAddress ?? '',
  };
}
