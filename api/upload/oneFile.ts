import type { Request, Response } from 'express';
import multer from 'multer';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { FORM_LIMITS, parseForm } from './form.ts';
import { createJudges } from './judge.ts';
import { refuseAnnounced } from './refuseEarly.ts';
import { createSpool, type SpooledFile, type SpoolOptions, spooledOf } from './spool.ts';

function missingFile(what: string): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: `Send the ${what} as multipart/form-data, in the field "file".`,
    errors: [{ pointer: '/file', detail: 'is required' }],
  });
}

/** Receives a multipart body with one file in the field `file`. @returns the file, for the caller to remove */
export type ReceiveFile = (req: Request, res: Response) => Promise<SpooledFile>;

type Deps = Pick<ApiDeps, 'config' | 'sniff' | 'createDigests'>;

export const receivePicture = (deps: Deps): ReceiveFile =>
  createFileReceiver(deps, 'picture', deps.config.maxFileBytes, createJudges(deps.sniff).image);

export const receiveArchive = (deps: Deps): ReceiveFile =>
  createFileReceiver(deps, 'archive', deps.config.maxArchiveBytes, createJudges(deps.sniff).archive);

export const receiveDetections = (deps: Deps): ReceiveFile =>
  createFileReceiver(deps, 'file', deps.config.maxArchiveBytes, createJudges(deps.sniff).json);

function createFileReceiver(
  { config, createDigests }: Deps,
  what: string,
  maxBytes: number,
  judge: SpoolOptions['judge'],
): ReceiveFile {
  const spool = createSpool({ dir: config.storage.scratchDir, maxBytes, judge, createDigests });
  const form = multer({
    storage: spool,
    defParamCharset: 'utf8',
    limits: { ...FORM_LIMITS, files: 1, parts: FORM_LIMITS.fields + 2 },
  }).single('file');

  return async (req, res) => {
    refuseAnnounced(req, maxBytes);
    await parseForm(form, req, res);
    if (req.file === undefined) throw missingFile(what);
    return spooledOf(req.file);
  };
}
