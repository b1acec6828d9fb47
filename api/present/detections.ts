import type { z } from 'zod';
import type { Box } from '../../domain/detection.ts';
import { FAILURES } from '../../domain/failures.ts';
import type { Prediction as PredictionOf } from '../../domain/prediction.ts';
import { taxonOf } from '../../domain/taxon.ts';
import type { HumanBox, MachineBox, Run, ShownBox } from '../../stores/detection/boxes.ts';
import type { AnnotationEvent } from '../../stores/detection/history.ts';
import { type ListedModel, roleOf } from '../../stores/detection/models.ts';
import type { WholePicture } from '../../stores/detection/names.ts';
import type { Switch } from '../../stores/detection/switches.ts';
import type {
  Annotations,
  Detection,
  Model,
  ModelSwitch,
  Prediction,
  RawDetections,
} from '../schemas/detections.ts';

const boxOf = ([x, y, width, height]: Box): [number, number, number, number] => [x, y, width, height];

export function presentPrediction(prediction: PredictionOf | null): z.input<typeof Prediction> | null {
  if (prediction === null) return null;
  const { label, score, source, classifier } = prediction;
  const taxon = taxonOf(label);
  const [commonName] = label.split(';').length === 7 ? label.split(';').slice(6) : [label];
  return {
    label,
    common_name: taxon?.commonName ?? commonName ?? null,
    scientific_name: taxon?.scientificName ?? null,
    confidence: score,
    prediction_source: source,
    classifier,
  };
}

export const presentShown = (shown: ShownBox): z.input<typeof Detection> => ({
  origin: shown.origin,
  label: shown.label,
  confidence: shown.score,
  bbox: boxOf(shown.box),
  model: shown.model,
  detection_id: shown.detectionId,
  annotation_id: shown.annotationId,
  author: shown.author,
  prediction: presentPrediction(shown.prediction),
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
  suppressed: box.suppressed,
  prediction: presentPrediction(box.prediction),
  classifications: box.classifications.map(({ label, score, model }) => ({
    ...{ label, confidence: score, classifier: model },
  })),
});

export const presentWhole = ({
  classifier,
  current,
  prediction,
  answers,
}: WholePicture): z.input<typeof RawDetections>['whole_picture'][number] => ({
  classifier,
  current,
  prediction: presentPrediction(prediction && { ...prediction, classifier }),
  classifications: answers.map(({ label, score }) => ({ label, confidence: score })),
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

function presentCheck(row: ListedModel): z.input<typeof Model>['check'] {
  if (row.checkState === null || row.checkedAt === null) return null;
  const kind = row.checkType === null ? null : FAILURES[row.checkType];
  return {
    ...{ state: row.checkState, type: row.checkType, title: kind?.title ?? null, detail: row.checkDetail },
    ...{
      advice: kind?.advice ?? null,
      took_ms: Math.round(row.checkMs ?? 0),
      at: row.checkedAt.toISOString(),
    },
  };
}

export const presentSwitch = (row: Switch): z.input<typeof ModelSwitch> => ({
  switch_id: row.id,
  role: row.role,
  tenant_name: row.tenantName,
  from_model: row.fromModel,
  to_model: row.toModel,
  switched_at: row.switchedAt.toISOString(),
  undone_at: row.undoneAt?.toISOString() ?? null,
});

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
      role: roleOf(row),
      sha256: row.sha256,
      size: row.bytes,
    },
    ...{ licence, active: row.active, tenants: row.tenants, pictures: row.pictures, classes: row.classes },
    check: presentCheck(row),
    created_at: row.createdAt.toISOString(),
  };
}
