import type { Box } from '../../domain/detection.ts';
import type { Sql } from '../postgres/database.ts';

/** Something that a person said of a picture. */
export interface AnnotationEvent {
  id: number;
  annotationId: number | null;
  kind: string;
  author: string;
  comment: string | null;
  before: { label: string; box: Box } | null;
  after: { label: string; box: Box } | null;
  at: Date;
}

/** What people said, the first first. */
export async function annotationEvents(sql: Sql, assetId: number): Promise<AnnotationEvent[]> {
  return sql<AnnotationEvent[]>`
    select id, annotation_id as "annotationId", kind, author, comment, before, after, at
    from annotation_events where asset_id = ${assetId} order by id`;
}
