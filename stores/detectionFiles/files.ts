import type { DetectionFileFormat, DetectionFileState } from '../../domain/detectionFile.ts';
import type { FailureType } from '../../domain/failures.ts';
import { storableShort } from '../../domain/text.ts';
import { hold, letGo } from '../looseObjects.ts';
import { enqueue } from '../outbox.ts';
import type { Sql } from '../postgres/database.ts';

export interface DetectionFile {
  id: string;
  tenantId: string;
  tenantName: string;
  format: DetectionFileFormat;
  name: string;
  modelName: string;
  modelId: number | null;
  objectKey: string;
  bytes: number;
  sha256: string;
  state: DetectionFileState;
  /** Entries that are done with. */
  cursor: number;
  /** Pictures of the library that it spoke of. */
  matched: number;
  boxes: number;
  problemCount: number;
  errorType: FailureType | null;
  errorDetail: string | null;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

export interface NewDetectionFile {
  id: string;
  tenantId: string;
  format: DetectionFileFormat;
  name: string;
  modelName: string;
  objectKey: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** From this score on boxes are shown, where the file does not say. */
const THRESHOLD = 0.2;
const CLASSES = ['animal', 'person', 'vehicle'];

/** Takes a file over that lies in the store, and asks for its workflow. */
export async function createDetectionFile(tx: Sql, file: NewDetectionFile): Promise<void> {
  await tx`
    insert into detection_files (id, tenant_id, format, name, model_name, object_key, bytes, sha256)
    values (${file.id}, ${file.tenantId}, ${file.format}, ${storableShort(file.name)}, ${file.modelName}, ${file.objectKey},
      ${file.bytes}, decode(${file.sha256}, 'hex'))`;
  if (!(await hold(tx, [file.objectKey]))) throw new Error('A file was swept before its row held it.');
  await enqueue(tx, { tenantId: file.tenantId, kind: 'import-detections', subjectId: file.id });
}

/** @returns `null`: there is none */
export async function findDetectionFile(sql: Sql, id: string): Promise<DetectionFile | null> {
  const [row] = await sql<DetectionFile[]>`
    select f.id, f.tenant_id as "tenantId", t.name as "tenantName", f.format, f.name, f.model_name as "modelName",
      f.model_id as "modelId", f.object_key as "objectKey", f.bytes, encode(f.sha256, 'hex') as sha256, f.state, f.cursor,
      f.matched, f.boxes, f.problem_count as "problemCount", f.error_type as "errorType", f.error_detail as "errorDetail",
      f.created_at as "createdAt", f.updated_at as "updatedAt", f.finished_at as "finishedAt"
    from detection_files f join tenants t on t.id = f.tenant_id where f.id = ${id}`;
  return row ?? null;
}

/** The first problems. */
export async function problemsOf(sql: Sql, id: string): Promise<{ place: string; detail: string }[]> {
  return sql<{ place: string; detail: string }[]>`
    select place, detail from detection_file_problems where file_id = ${id} order by position`;
}

/**
 * The model that boxes of a file are recorded under. It is only a name: nothing can be run. The same file again, or
 * another one that names the same model, adds to the same.
 */
export async function modelOfFile(tx: Sql, file: DetectionFile): Promise<number> {
  const [known] = await tx<{ id: number }[]>`
    select id from models where family = 'imported' and name = ${file.modelName} and version = 'imported' and removed_at is null`;
  const [made] =
    known !== undefined
      ? [known]
      : await tx<{ id: number }[]>`
          insert into models (name, version, family, sha256, bytes, manifest)
          values (${file.modelName}, 'imported', 'imported',
            sha256(convert_to('imported:' || ${file.modelName}::text, 'UTF8')), 0, '{}')
          on conflict do nothing returning id`;
  if (made === undefined) return modelOfFile(tx, file);
  await tx`
    insert into model_classes (model_id, class, label, threshold)
    select ${made.id}, ord - 1, label, ${THRESHOLD} from unnest(${CLASSES}::text[]) with ordinality as t(label, ord)
    on conflict do nothing`;
  await tx`
    update detection_files set model_id = ${made.id}, state = 'processing', updated_at = now()
    where id = ${file.id} and state in ('pending', 'processing')`;
  return made.id;
}

/** Ends a file; what it brought stays. One that is over stays as it is. */
export async function endDetectionFile(
  tx: Sql,
  id: string,
  failure: { type: FailureType; detail: string } | null,
): Promise<void> {
  const [row] = await tx<{ tenantId: string; key: string }[]>`
    update detection_files set state = ${failure === null ? 'completed' : 'failed'}, error_type = ${failure?.type ?? null},
      error_detail = ${failure === null ? null : storableShort(failure.detail)}, updated_at = now(), finished_at = now()
    where id = ${id} and finished_at is null returning tenant_id as "tenantId", object_key as key`;
  if (row !== undefined) await letGo(tx, row.tenantId, [row.key]);
}
