import type { Request, Response } from 'express';
import multer from 'multer';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { FORM_LIMITS, parseForm } from './form.ts';
import { createJudges } from './judge.ts';
import { createSpool, type SpooledFile, spooledOf } from './spool.ts';

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
    judge: createJudges(deps.sniff).image,
    createDigests: deps.createDigests,
  });
  const form = multer({
    storage: spool,
    defParamCharset: 'utf8',
    limits: { ...FORM_LIMITS, files: 1, parts: FORM_LIMITS.fields + 2 },
  }).single('file');

  return async (req, res) => {
    await parseForm(form, req, res);
    if (req.file === undefined) throw missingFile();
    return spooledOf(req.file);
  };
}
