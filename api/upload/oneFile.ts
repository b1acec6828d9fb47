import type { Request, Response } from 'express';
import multer from 'multer';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { createSpool, type SpooledFile, spooledOf } from './spool.ts';

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

function missingFile(): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: 'Send the picture as multipart/form-data, in the field "file".',
    errors: [{ pointer: '/file', detail: 'is required' }],
  });
}

/** Receives a multipart body with one picture in the field `file`. @returns the file, for the caller to remove */
export type ReceiveFile = (req: Request, res: Response) => Promise<SpooledFile>;

export function createFileReceiver(deps: Pick<ApiDeps, 'config' | 'sniff' | 'createDigests'>): ReceiveFile {
  const spool = createSpool({
    dir: deps.config.storage.scratchDir,
    maxBytes: deps.config.maxFileBytes,
    sniff: deps.sniff,
    createDigests: deps.createDigests,
  });
  const parseForm = multer({
    storage: spool,
    defParamCharset: 'utf8',
    limits: { files: 1, fields: 20, parts: 22, fieldSize: 64 * 1024, fieldNameSize: 200, headerPairs: 50 },
  }).single('file');

  return async (req, res) => {
    await new Promise<void>((resolve, reject) => {
      parseForm(req, res, (error: unknown) => (error ? reject(formProblem(error)) : resolve()));
    });
    if (req.file === undefined) throw missingFile();
    return spooledOf(req.file);
  };
}
