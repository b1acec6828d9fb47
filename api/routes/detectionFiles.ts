import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { createDetectionFile, findDetectionFile, problemsOf } from '../../stores/detectionFiles/files.ts';
import { intend } from '../../stores/looseObjects.ts';
import { detectionFileKey } from '../../stores/objects/keys.ts';
import { ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { waitAsPreferred } from '../http/prefer.ts';
import { presentFailure } from '../present/failure.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import { DetectionFile, DetectionFileFields, DetectionFileForm } from '../schemas/detectionFiles.ts';
import { readFields } from '../upload/form.ts';
import { receiveDetections } from '../upload/oneFile.ts';

const One = z.object({ id: Uuid });

/** What other programs saw in pictures. */
export function detectionFileRoutes(deps: ApiDeps): Route[] {
  const { db, objects, dispatcher } = deps;
  const receive = receiveDetections(deps);

  async function show(id: string): Promise<z.input<typeof DetectionFile>> {
    const [row, problems] = await Promise.all([
      db.run((sql) => findDetectionFile(sql, id)),
      db.run((sql) => problemsOf(sql, id)),
    ]);
    if (row === null) throw notFound('file of detections');
    return {
      ...{
        id: row.id,
        tenant_name: row.tenantName,
        format: row.format,
        name: row.name,
        model: row.modelName,
      },
      ...{ state: row.state, entries: row.cursor, matched: row.matched, boxes: row.boxes },
      problem_count: row.problemCount,
      problems: problems.map(({ place, detail }) => ({ where: place, detail })),
      error: presentFailure(row.errorType, row.errorDetail),
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/detection-files',
      operationId: 'importDetections',
      summary: 'Bring in what another program saw in pictures that are in the library',
      tag: 'library',
      needs: 'contributor',
      multipart: DetectionFileForm,
      waits: true,
      answers: { 202: { description: 'Accepted; watch it under its id', schema: DetectionFile } },
      async handle(_input, req, res) {
        const file = await receive(req, res);
        try {
          const { tenant_name: tenantName, format, model } = readFields(DetectionFileFields, req.body);
          const { id: tenantId } = await db.run((sql) => ensureTenant(sql, tenantName));
          const id = randomUUID();
          const objectKey = detectionFileKey(tenantId, id);
          await db.run((sql) => intend(sql, tenantId, [objectKey]));
          await objects.putFile(objectKey, file.path, file.mediaType);
          const { name, bytes, sha256 } = file;
          const row = { id, tenantId, format, name, modelName: model, objectKey, bytes, sha256 };
          await db.tx((tx) => createDetectionFile(tx, row));
          dispatcher.kick();
          await waitAsPreferred(req, res, async () => (await show(id)).finished_at !== null);
          res
            .status(202)
            .location(`/detection-files/${id}`)
            .json(await show(id));
        } finally {
          await rm(file.path, { force: true });
        }
      },
    }),
    defineRoute({
      method: 'get',
      path: '/detection-files/{id}',
      operationId: 'getDetectionFile',
      summary: 'What became of a file of detections',
      tag: 'library',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The file', schema: DetectionFile } },
      async handle({ params }, _req, res) {
        res.json(await show(params.id));
      },
    }),
  ];
}
