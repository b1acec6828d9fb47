import type { z } from 'zod';
import type { Box } from '../../domain/detection.ts';
import type { HumanBox, MachineBox, Run, ShownBox } from '../../stores/detection/boxes.ts';
import type { AnnotationEvent } from '../../stores/detection/history.ts';
import type { ListedModel } from '../../stores/detection/models.ts';
import type { Annotations, Detection, Model, RawDetections } from '../schemas/detections.ts';

const boxOf = ([x, y, width, height]: Box): [number, number, number, number] => [x, y, width, height];

export const presentShown = (shown: ShownBox): z.input<typeof Detection> => ({
  origin: shown.origin,
  label: shown.label,
  confidence: shown.score,
  bbox: boxOf(shown.box),
  model: shown.model,
  detection_id: shown.detectionId,
  annotation_id: shown.annotationId,
  author: shown.author,
});

export const presentMachine = (box: MachineBox): z.input<typeof RawDetections>['detections'][number] => ({
  detection_id: box.id,
  model: box.model,
  class_id: box.classId,
  label: box.label,
  confidence: box.score,
  bbox: boxOf(box.box),
  threshold: box.threshold,
  annotation_id: box.annotationId,
});

export const presentRun = ({
  tookMs,
  ranAt,
  ...run
}: Run): z.input<typeof RawDetections>['runs'][number] => ({
  ...run,
  took_ms: Math.round(tookMs * 10) / 10,
  ran_at: ranAt.toISOString(),
});

export const presentHuman = (said: HumanBox): z.input<typeof Annotations>['human'][number] => ({
  annotation_id: said.id,
  state: said.state,
  label: said.label,
  bbox: boxOf(said.box),
  confidence: said.score,
  author: said.author,
  updated_at: said.updatedAt.toISOString(),
});

export function presentSaid(event: AnnotationEvent): z.input<typeof Annotations>['history'][number] {
  const what = (one: AnnotationEvent['before']) =>
    one === null ? null : { label: one.label, bbox: boxOf(one.box) };
  return {
    at: event.at.toISOString(),
    kind: event.kind,
    author: event.author,
    comment: event.comment,
    annotation_id: event.annotationId,
    before: what(event.before),
    after: what(event.after),
  };
}

export function presentModel(row: ListedModel): z.input<typeof Model> {
  const { manifest } = row;
  const licence =
    typeof manifest === 'object' && manifest !== null && 'licence' in manifest
      ? String(manifest.licence)
      : null;
  return {
    ...{
      id: row.id,
      name: row.name,
      version: row.version,
      family: row.family,
      sha256: row.sha256,
      size: row.bytes,
    },
    ...{ licence, active: row.active, tenants: row.tenants, pictures: row.pictures, classes: row.classes },
    created_at: row.createdAt.toISOString(),
  };
}
