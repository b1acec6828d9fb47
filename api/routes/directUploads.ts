import { z } from 'zod';
import { Failure } from '../../domain/failures.ts';
import { incomingKey } from '../../stores/objects/keys.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import { createIntent } from '../../stores/uploadIntents.ts';
import type { ApiDeps } from '../deps.ts';
import { presentUpload } from '../present/upload.ts';
import { Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { UploadResult } from '../schemas/assets.ts';
import { Uuid } from '../schemas/common.ts';
import { DirectUpload, DirectUploadRequest } from '../schemas/directUploads.ts';
import { finishDirect } from '../upload/finishDirect.ts';

/** To begin in; an upload that has begun may take as long as the store lets it. */
const BEGIN_SECONDS = 3_600;

function throughUs(): Problem {
  return new Problem({
    status: 501,
    code: 'no_direct_uploads',
    title: 'Files go through the API here',
    detail:
      'The objects are kept on a disk, which clients cannot reach. Send the file to POST /upload/, or in pieces to ' +
      '/uploads/tus.',
  });
}

/** Large files, past the API straight into the bucket. */
export function directUploadRoutes(deps: ApiDeps): Route[] {
  const { db, objects, config } = deps;
  return [
    defineRoute({
      method: 'post',
      path: '/uploads/direct',
      operationId: 'beginDirectUpload',
      summary: 'Get an address of the object store to put one picture at',
      tag: 'uploads',
      needs: 'contributor',
      body: DirectUploadRequest,
      problems: [501],
      answers: {
        201: { description: 'Where and how to send the bytes', schema: DirectUpload },
      },
      async handle({ body }, _req, res) {
        if (objects.direct === undefined) throw throughUs();
        if (body.size > config.maxFileBytes)
          throw new Failure('too_large', `A file may have ${config.maxFileBytes} bytes at most.`);
        const tenant = await db.run((sql) => ensureTenant(sql, body.tenant_name ?? DEFAULT_TENANT));
        const { id, expiresAt } = await db.run((sql) =>
          createIntent(sql, {
            tenantId: tenant.id,
            name: body.file_name,
            bytes: body.size,
            mediaType: body.content_type,
            sha256: body.sha256 ?? null,
            seconds: BEGIN_SECONDS,
          }),
        );
        const { url, headers } = objects.direct.presignPut(incomingKey(tenant.id, id), {
          seconds: BEGIN_SECONDS,
          contentType: body.content_type,
          bytes: body.size,
          ...(body.sha256 === undefined ? {} : { sha256: body.sha256 }),
        });
        res
          .status(201)
          .set('Cache-Control', 'no-store')
          .json({
            upload_id: id,
            url,
            method: 'PUT',
            headers,
            expires_at: expiresAt.toISOString(),
            complete_url: `${config.publicUrl ?? ''}/uploads/direct/${id}/complete`,
          } satisfies z.output<typeof DirectUpload>);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/uploads/direct/{id}/complete',
      operationId: 'completeDirectUpload',
      summary: 'Bring in what was put at the address',
      tag: 'uploads',
      needs: 'contributor',
      params: z.object({ id: Uuid }),
      problems: [413, 415, 422, 501],
      answers: {
        200: { description: 'The asset, as from /upload/; again, the same answer', schema: UploadResult },
      },
      async handle({ params }, _req, res) {
        if (objects.direct === undefined) throw throughUs();
        const result = await finishDirect(deps, params.id);
        res.json(presentUpload(result, result));
      },
    }),
  ];
}
