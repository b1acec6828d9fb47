import { rm } from 'node:fs/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { namingOf } from '../access/gate.ts';
import { nameTenant } from '../access/tenantField.ts';
import { identify } from '../http/idempotency.ts';
import { invalid, Problem, unkeepable } from '../problem.ts';
import { findUnkeepable } from '../unkeepable.ts';

/** What multipart bodies may have beside their files. */
export const FORM_LIMITS = { fields: 20, fieldSize: 64 * 1024, fieldNameSize: 200, headerPairs: 50 } as const;

/** The multipart parser's complaints about a body are plain errors; what our own storage throws is typed or has a code. */
function formProblem(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'Error' || 'code' in error) return error;
  return new Problem({
    status: 400,
    code: 'bad_form',
    title: 'The form cannot be read',
    detail: `The multipart body is broken: ${error.message}. Nothing was stored; send it again.`,
  });
}

const filesOf = (req: Request): Express.Multer.File[] => [
  ...(req.file === undefined ? [] : [req.file]),
  ...(Array.isArray(req.files) ? req.files : []),
];

/** What a form says, however it was cut into parts on the wire: boundaries are made anew for every request. */
function contentOf(req: Request): string {
  const files = filesOf(req).map((file) => {
    const { spooled, taken } = file as Express.Multer.File & {
      spooled?: { sha256: string };
      taken?: { spooled?: { sha256: string }; refused?: { type: string } };
    };
    const sha256 = (spooled ?? taken?.spooled)?.sha256 ?? taken?.refused?.type ?? null;
    return [file.fieldname, file.originalname, sha256];
  });
  return JSON.stringify([Object.entries(req.body ?? {}).sort(), files]);
}

/** Has multer read a body; nothing of it stays when it throws. @throws Problem, Failure, AlreadyAnswered */
export async function parseForm(form: RequestHandler, req: Request, res: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    form(req, res, (error: unknown) => (error ? reject(formProblem(error)) : resolve()));
  });
  try {
    req.body = nameTenant(req.body ?? {}, namingOf(res));
    await identify(res, contentOf(req));
  } catch (error) {
    await Promise.all(filesOf(req).map(({ path }) => path && rm(path, { force: true })));
    throw error;
  }
}

/** The text fields of a form. @throws Problem 422 that names the field */
export function readFields<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const bad = findUnkeepable(body);
  if (bad !== null) throw unkeepable('body', bad);
  const read = schema.safeParse(body ?? {});
  if (!read.success) throw invalid('body', read.error);
  return read.data;
}
