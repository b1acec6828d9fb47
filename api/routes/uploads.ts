import { rm } from 'node:fs/promises';
import multer from 'multer';
import { z } from 'zod';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { UploadResult } from '../schemas/assets.ts';
import { TenantName } from '../schemas/common.ts';
import { createSpool, type SpooledFile, spooledOf } from '../upload/spool.ts';
import { storeUpload } from '../upload/storeUpload.ts';

const Form = z.object({ tenant_name: TenantName.default(DEFAULT_TENANT) });
const UploadForm = z.object({
  file: z.file().meta({ description: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC' }),
  tenant_name: TenantName.default(DEFAULT_TENANT),
});

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

/** Single files, straight into the pipeline. */
export function uploadRoutes(deps: ApiDeps): Route[] {
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
        await new Promise<void>((resolve, reject) => {
          parseForm(req, res, (error: unknown) => (error ? reject(formProblem(error)) : resolve()));
        });
        if (req.file === undefined) throw missingFile();
        const file: SpooledFile = spooledOf(req.file);
        try {
          const form = Form.safeParse(req.body ?? {});
          if (!form.success) {
            throw new Problem({
              status: 422,
              code: 'invalid_request',
              title: 'The request is not valid',
              detail: `tenant_name: ${form.error.issues[0]?.message ?? 'is not valid'}`,
              errors: [{ pointer: '/tenant_name', detail: form.error.issues[0]?.message ?? 'is not valid' }],
            });
          }
          const stored = await storeUpload(deps, form.data.tenant_name, file);
          res.json({
            asset_id: stored.assetId,
            status: 'uploaded',
            content_hash: file.sha256,
            job_id: stored.jobId,
            duplicate: stored.duplicate,
          } satisfies z.input<typeof UploadResult>);
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
  ];
}
