import type { Request, Response } from 'express';
import { principalOf } from '../access/principal.ts';

/** Whose keys are whose: the id of who signed in; empty for whoever sits at this machine. */
export const ownerOf = (res: Response): string => principalOf(res)?.id ?? '';

/** Where a request comes from. */
export const addressOf = (req: Request): string => req.ip ?? req.socket.remoteAddress ?? '';
