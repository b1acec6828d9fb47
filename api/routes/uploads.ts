import { rm } from 'node:fs/promises';
import multer from 'multer';
import { z } from 'zod';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { presentUpload } from '../present/upload.ts';
import { Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { UploadResult } from '../schemas/assets.ts';
import { TenantName } from '../schemas/common.ts';
import { FORM_LIMITS, parseForm, readFields } from '../upload/form.ts';
import { createJudges } from '../upload/judge.ts';
import { createSpool, type SpooledFile, spooledOf } from '../upload/spool.ts';
import { storeUpload } from '../upload/storeUpload.ts';

const Form = z.object({ tenant_name: TenantName.default(DEFAULT_TENANT) });
const UploadForm = z.object({
  file: z.file().meta({ description: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC' }),
  tenant_name: TenantName.default(DEFAULT_TENANT),
});

function missingFile(): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: 'Send the picture as multipart/form-data, in the field "file".',
    errors: [{ pointer: '/file', detail: 'is required' }],
  });
}

/** Single files, straight into the pipeline. */
export function uploadRoutes(deps: ApiDeps): Route[] {
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

  return [
    defineRoute({
      method: 'post',
      path: '/upload/',
      operationId: 'upload',
      summary: 'Add one picture',
      tag: 'uploads',
      multipart: UploadForm,
      answers: {
        200: { description: 'The asset; the same bytes again give the same one', schema: UploadResult },
      },
      async handle(_input, req, res) {
        await parseForm(form, req, res);
        if (req.file === undefined) throw missingFile();
        const file: SpooledFile = spooledOf(req.file);
        try {
          const { tenant_name: tenant } = readFields(Form, req.body);
          const stored = await storeUpload(deps, tenant, file);
          res.json(presentUpload(stored, file));
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
  ];
}
