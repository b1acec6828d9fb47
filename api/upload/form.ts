import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { namingOf } from '../access/gate.ts';
import { nameTenant } from '../access/tenantField.ts';
import { invalid, Problem } from '../problem.ts';

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

/** Has multer read a body. @throws Problem, Failure */
export async function parseForm(form: RequestHandler, req: Request, res: Response): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    form(req, res, (error: unknown) => (error ? reject(formProblem(error)) : resolve()));
  });
  req.body = nameTenant(req.body ?? {}, namingOf(res));
}

/** The text fields of a form. @throws Problem 422 that names the field */
export function readFields<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const read = schema.safeParse(body ?? {});
  if (!read.success) throw invalid('body', read.error);
  return read.data;
}
