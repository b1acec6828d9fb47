import { z } from 'zod';
import type { Box } from '../../domain/detection.ts';
import { annotate, type Statement } from '../../stores/detection/annotate.ts';
import { humanBoxes, machineBoxes, runsOf, saysNothing, shownBoxes } from '../../stores/detection/boxes.ts';
import { annotationEvents } from '../../stores/detection/history.ts';
import { wholePictures } from '../../stores/detection/names.ts';
import { findAsset } from '../../stores/library.ts';
import type { ApiDeps } from '../deps.ts';
import {
  presentHuman,
  presentMachine,
  presentRun,
  presentSaid,
  presentShown,
  presentWhole,
} from '../present/detections.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { CatalogId } from '../schemas/common.ts';
import { AnnotationRequest, Annotations, RawDetections } from '../schemas/detections.ts';

const One = z.object({ id: CatalogId });

/** What models saw in a picture, and what people say of that. */
export function detectionRoutes({ db }: ApiDeps): Route[] {
  async function present(id: number): Promise<z.input<typeof Annotations>> {
    const asset = await db.run((sql) => findAsset(sql, id));
    if (asset === null) throw notFound('image');
    const [machine, human, history, nothing] = await db.run((sql) =>
      Promise.all([
        machineBoxes(sql, [id], 'current'),
        humanBoxes(sql, [id]),
        annotationEvents(sql, id),
        saysNothing(sql, id),
      ]),
    );
    return {
      asset_id: id,
      nothing_here: nothing,
      shown: shownBoxes(machine, human, nothing, null).map(presentShown),
      human: human.map(presentHuman),
      machine: machine.map(presentMachine),
      history: history.map(presentSaid),
    };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/images/{id}/detections',
      operationId: 'listDetections',
      summary: 'Everything that models saw in it, however unsure',
      tag: 'detections',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The boxes of every model that looked at it', schema: RawDetections } },
      async handle({ params }, _req, res) {
        const asset = await db.run((sql) => findAsset(sql, params.id));
        if (asset === null) throw notFound('image');
        const [runs, boxes, whole] = await db.run((sql) =>
          Promise.all([
            runsOf(sql, params.id),
            machineBoxes(sql, [params.id], 'all'),
            wholePictures(sql, params.id),
          ]),
        );
        res.json({
          asset_id: params.id,
          runs: runs.map(presentRun),
          detections: boxes.map(presentMachine),
          whole_picture: whole.map(presentWhole),
        } satisfies z.input<typeof RawDetections>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/images/{id}/annotations',
      operationId: 'listAnnotations',
      summary: 'What people say of it beside what the model says, and who said what when',
      tag: 'detections',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'Both, and the history', schema: Annotations } },
      async handle({ params }, _req, res) {
        res.json(await present(params.id));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/images/{id}/annotations',
      operationId: 'annotateImage',
      summary:
        'Confirm, correct or reject a box of a model, or withdraw that; add, change or delete one; say that nothing is there',
      tag: 'detections',
      needs: 'contributor',
      params: One,
      body: AnnotationRequest,
      answers: { 200: { description: 'What is so now', schema: Annotations } },
      async handle({ params, body }, _req, res) {
        const end = await db.tx((tx) => annotate(tx, params.id, statementOf(body)));
        if (end === 'no asset') throw notFound('image that is ready');
        if (end === 'no detection') throw notFound('detection in this image');
        if (end === 'no annotation') throw notFound('annotation in this image');
        res.json(await present(params.id));
      },
    }),
  ];
}

const boxOf = ([x = 0, y = 0, width = 0, height = 0]: readonly number[]): Box => [x, y, width, height];

function statementOf(body: z.output<typeof AnnotationRequest>): Statement {
  const said = { author: body.author, comment: body.comment ?? null };
  switch (body.action) {
    case 'confirm':
    case 'reject':
      return { ...said, action: body.action, detectionId: body.detection_id };
    case 'withdraw':
      return { ...said, action: 'withdraw', detectionId: body.detection_id };
    case 'correct': {
      const change = { label: body.label ?? null, box: body.bbox === undefined ? null : boxOf(body.bbox) };
      return { ...said, action: 'correct', detectionId: body.detection_id, ...change };
    }
    case 'change': {
      const change = { label: body.label ?? null, box: body.bbox === undefined ? null : boxOf(body.bbox) };
      return { ...said, action: 'change', annotationId: body.annotation_id, ...change };
    }
    case 'add':
      return { ...said, action: 'add', label: body.label, box: boxOf(body.bbox) };
    case 'delete':
      return { ...said, action: 'delete', annotationId: body.annotation_id };
    case 'nothing_here':
    case 'something_here':
      return { ...said, action: body.action };
    case 'comment':
      return { ...said, action: 'comment', annotationId: body.annotation_id ?? null };
  }
}
