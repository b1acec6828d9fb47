import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { ResumableResult } from '../schemas/uploads.ts';

const OneUpload = z.object({ id: Uuid });
const TAG = 'resumable uploads';

/** Uploads in pieces that go on after a broken connection or a restart: the protocol tus 1.0.0. */
export function resumableUploadRoutes({ resumable }: ApiDeps): Route[] {
  const told = { description: 'Complete, and what became of it', schema: ResumableResult };
  return [
    defineRoute({
      method: 'options',
      path: '/uploads/tus',
      operationId: 'describeResumableUploads',
      summary: 'What this server knows of tus, and the largest upload',
      tag: TAG,
      needs: 'anybody',
      answers: { 204: { description: 'In the headers Tus-Version, Tus-Extension, Tus-Max-Size' } },
      handle: (_input, req, res) => resumable.handle(req, res),
    }),
    defineRoute({
      method: 'post',
      path: '/uploads/tus',
      operationId: 'createResumableUpload',
      summary: 'Begin an upload, with the metadata filename, tenant_name and archive',
      tag: TAG,
      needs: 'contributor',
      problems: [408, 412, 413, 415, 422, 460],
      answers: {
        201: {
          description:
            'Send the pieces to the address in Location; with a body, when the first piece was all',
          schema: ResumableResult,
        },
      },
      handle: (_input, req, res) => resumable.handle(req, res),
    }),
    defineRoute({
      method: 'get',
      path: '/uploads/tus/{id}/result',
      operationId: 'getResumableUploadResult',
      summary: 'What became of a complete upload, for when that answer was lost',
      tag: TAG,
      needs: 'contributor',
      params: OneUpload,
      problems: [409, 410, 422],
      answers: { 200: told },
      async handle({ params }, _req, res) {
        res.json(await resumable.result(params.id));
      },
    }),
    defineRoute({
      method: 'head',
      path: '/uploads/tus/{id}',
      operationId: 'getResumableUpload',
      summary: 'How far an upload is',
      tag: TAG,
      needs: 'contributor',
      params: OneUpload,
      problems: [400, 410, 412],
      answers: { 200: { description: 'In the headers Upload-Offset and Upload-Length' } },
      handle: (_input, req, res) => resumable.handle(req, res),
    }),
    defineRoute({
      method: 'patch',
      path: '/uploads/tus/{id}',
      operationId: 'addToResumableUpload',
      summary: 'Send the next piece',
      tag: TAG,
      needs: 'contributor',
      params: OneUpload,
      problems: [400, 408, 409, 410, 412, 413, 415, 422, 423, 460],
      answers: {
        200: told,
        204: { description: 'Kept; Upload-Offset says how far the upload is' },
      },
      handle: (_input, req, res) => resumable.handle(req, res),
    }),
    defineRoute({
      method: 'delete',
      path: '/uploads/tus/{id}',
      operationId: 'endResumableUpload',
      summary: 'Give an upload up',
      tag: TAG,
      needs: 'contributor',
      params: OneUpload,
      problems: [400, 410, 412, 423],
      answers: { 204: { description: 'Nothing of it is kept' } },
      handle: (_input, req, res) => resumable.handle(req, res),
    }),
  ];
}
