import { rm } from 'node:fs/promises';
import multer from 'multer';
import { z } from 'zod';
import { newestFrames, readFrameOutcomes } from '../../stores/cameras/frames.ts';
import { type CaptureSession, findSession } from '../../stores/cameras/sessions.ts';
import { DEFAULT_TENANT } from '../../stores/tenants.ts';
import { ingestRtsp } from '../cameras/ingest.ts';
import { readSession } from '../cameras/sessions.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred, waitOf } from '../http/prefer.ts';
import { presentIngest } from '../present/ingest.ts';
import { presentRtspIngest } from '../present/rtspIngest.ts';
import { notFound, Problem } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { TenantName, Uuid } from '../schemas/common.ts';
import { IngestRequest, RtspIngest } from '../schemas/ingest.ts';
import { FORM_LIMITS, parseForm, readFields } from '../upload/form.ts';
import { awaitFrames, storeFrames } from '../upload/frames/storeFrames.ts';
import { createTolerantSpool, takenOf } from '../upload/frames/tolerantSpool.ts';
import { createJudges } from '../upload/judge.ts';
import { refuseAnnounced } from '../upload/refuseEarly.ts';

const MAX_FRAMES = 100;
/** Frames of a camera that are told one by one; a session may have millions. */
const FRAMES_SHOWN = 100;
const FRAMES_JUDGED = 10_000;
/** Most frames are ready sooner; a client that wants their sizes in the answer gets them then. */
const WAIT_MS = 3_000;

const Form = z.object({
  camera_id: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}]+$/u, 'must not hold control characters'),
  tenant_name: TenantName.default(DEFAULT_TENANT),
});
const FramesForm = Form.extend({
  files: z.array(z.file()).min(1).max(MAX_FRAMES).meta({ description: 'Pictures, repeated' }),
});

function wrongFiles(detail: string): Problem {
  return new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: `Send 1 to ${MAX_FRAMES} pictures as multipart/form-data, in the field "files", repeated.`,
    errors: [{ pointer: '/files', detail }],
  });
}

/** Frames of cameras, as the older ingestion service took them. */
export function ingestRoutes(deps: ApiDeps): Route[] {
  const base = deps.config.publicUrl ?? '';
  const form = multer({
    storage: createTolerantSpool({
      dir: deps.config.storage.scratchDir,
      maxBytes: deps.config.maxFileBytes,
      judge: createJudges(deps.sniff).image,
      createDigests: deps.createDigests,
    }),
    defParamCharset: 'utf8',
    limits: { ...FORM_LIMITS, files: MAX_FRAMES + 1, parts: FORM_LIMITS.fields + MAX_FRAMES + 2 },
  }).array('files', MAX_FRAMES);

  async function presentCapture(session: CaptureSession): Promise<z.input<typeof IngestRequest>> {
    const [frames, outcomes] = await deps.db.run((sql) =>
      Promise.all([
        newestFrames(sql, session.id, FRAMES_SHOWN),
        readFrameOutcomes(sql, session.id, FRAMES_JUDGED),
      ]),
    );
    return presentRtspIngest(session, frames, outcomes, base);
  }

  return [
    defineRoute({
      method: 'post',
      path: '/ingest/rtsp',
      operationId: 'ingestRtsp',
      summary: 'Capture a camera; it is registered under its camera_id at first sight',
      tag: 'ingestion',
      needs: 'contributor',
      body: RtspIngest,
      waits: true,
      answers: { 202: { description: 'Accepted; ask under the request id', schema: IngestRequest } },
      async handle({ body }, req, res) {
        const id = await ingestRtsp(deps, body);
        await waitAsPreferred(req, res, async () => (await readSession(deps, id)).endedAt !== null);
        res
          .status(202)
          .location(`/ingest/status/${id}`)
          .json(await presentCapture(await readSession(deps, id)));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/ingest/upload',
      operationId: 'ingestUpload',
      summary: 'Add frames of a camera; a bad file is reported beside the good ones',
      tag: 'ingestion',
      needs: 'contributor',
      multipart: FramesForm,
      waits: true,
      answers: {
        200: { description: 'All frames are done', schema: IngestRequest },
        202: { description: 'Accepted; ask for the rest under the request id', schema: IngestRequest },
      },
      async handle(_input, req, res) {
        refuseAnnounced(req, deps.config.maxFileBytes * MAX_FRAMES);
        await parseForm(form, req, res).catch((error: unknown) => {
          if (error instanceof multer.MulterError && error.code === 'LIMIT_UNEXPECTED_FILE')
            throw wrongFiles(`too many, or in the field "${error.field ?? ''}"`);
          throw error;
        });
        const uploaded = Array.isArray(req.files) ? req.files : [];
        try {
          if (uploaded.length === 0) throw wrongFiles('is required');
          const { camera_id: cameraId, tenant_name: tenantName } = readFields(Form, req.body);
          const id = await storeFrames(deps, { cameraId, tenantName }, uploaded.map(takenOf));
          const preferred = waitOf(req);
          if (preferred !== null) res.set('Preference-Applied', `wait=${preferred}`);
          const row = await awaitFrames(deps, id, preferred === null ? WAIT_MS : preferred * 1_000);
          if (row === null) throw notFound('request');
          const body = presentIngest(row, base);
          const done = body.status !== 'pending' && body.status !== 'processing';
          res
            .status(done ? 200 : 202)
            .location(`/ingest/status/${id}`)
            .json(body);
        } finally {
          await Promise.all(uploaded.filter(({ path }) => path).map(({ path }) => rm(path, { force: true })));
        }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/ingest/status/{request_id}',
      operationId: 'getIngestStatus',
      summary: 'What has become of the frames of a request',
      tag: 'ingestion',
      needs: 'viewer',
      params: z.object({ request_id: Uuid }),
      answers: { 200: { description: 'The request', schema: IngestRequest } },
      async handle({ params }, _req, res) {
        const row = await awaitFrames(deps, params.request_id, 0);
        if (row !== null) {
          res.json(presentIngest(row, base));
          return;
        }
        const session = await deps.db.run((sql) => findSession(sql, params.request_id));
        if (session === null) throw notFound('request');
        res.json(await presentCapture(session));
      },
    }),
  ];
}
