import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { findAsset } from '../../stores/library.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { presentUpload } from '../present/upload.ts';
import { defineRoute, type Route } from '../route.ts';
import { UploadResult } from '../schemas/assets.ts';
import { TenantName } from '../schemas/common.ts';
import { readFields } from '../upload/form.ts';
import { receivePicture } from '../upload/oneFile.ts';
import { storeUpload } from '../upload/storeUpload.ts';

const Form = z.object({ tenant_name: TenantName.default(DEFAULT_TENANT) });
const UploadForm = z.object({
  file: z.file().meta({ description: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC' }),
  tenant_name: TenantName.default(DEFAULT_TENANT),
});

/** Single files, straight into the pipeline. */
export function uploadRoutes(deps: ApiDeps): Route[] {
  const receiveFile = receivePicture(deps);

  return [
    defineRoute({
      method: 'post',
      path: '/upload/',
      operationId: 'upload',
      summary: 'Add one picture',
      tag: 'uploads',
      needs: 'contributor',
      multipart: UploadForm,
      waits: true,
      answers: {
        200: { description: 'The asset; the same bytes again give the same one', schema: UploadResult },
      },
      async handle(_input, req, res) {
        const file = await receiveFile(req, res);
        try {
          const { tenant_name: tenant } = readFields(Form, req.body);
          const stored = await storeUpload(deps, tenant, file);
          await waitAsPreferred(req, res, async () => {
            const asset = await deps.db.run((sql) => findAsset(sql, stored.assetId));
            return asset?.state !== 'pending';
          });
          res.json(presentUpload(stored, file));
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
  ];
}
