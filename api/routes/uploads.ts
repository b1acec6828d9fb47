import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { UploadResult } from '../schemas/assets.ts';
import { TenantName } from '../schemas/common.ts';
import { createFileReceiver } from '../upload/oneFile.ts';
import { storeUpload } from '../upload/storeUpload.ts';

const Form = z.object({ tenant_name: TenantName.default(DEFAULT_TENANT) });
const UploadForm = z.object({
  file: z.file().meta({ description: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC' }),
  tenant_name: TenantName.default(DEFAULT_TENANT),
});

/** Single files, straight into the pipeline. */
export function uploadRoutes(deps: ApiDeps): Route[] {
  const receiveFile = createFileReceiver(deps);

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
        const file = await receiveFile(req, res);
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
