import type { SeenBox } from '../../domain/survey/repeats.ts';
import { asking } from '../finding/find.ts';
import type { Database } from '../postgres/database.ts';
import { isSuppressed } from './suppressed.ts';

const PAGE = 10_000;

/**
 * Boxes of one camera that nobody judged or suppressed, from the model whose boxes count, in the order of their images.
 * @param minScore leaves out those that are never shown
 */
export async function* boxesOfCamera(
  db: Database,
  where: { tenantId: string; camera: string; minScore: number },
): AsyncGenerator<SeenBox> {
  const { tenantId, camera, minScore } = where;
  for (let after = { image: 0, id: 0 }; ; ) {
    const { image, id } = after;
    const rows = await asking(
      db,
      (tx) => tx<(SeenBox & { id: number })[]>`
        select d.id, a.id as image, a.captured_at as at, d.label, d.score::float8,
          array[d.x, d.y, d.width, d.height]::float8[] as box
        from assets a
        join detections d on d.asset_id = a.id and d.model_id = a.detection_model_id
        where a.tenant_id = ${tenantId} and a.camera_key = ${camera} and a.state = 'ready' and not a.nothing_here
          and d.annotation_id is null and d.score >= ${minScore} and not ${isSuppressed(tx)}
          and (a.id, d.id) > (${image}::bigint, ${id}::bigint)
        order by a.id, d.id limit ${PAGE}`,
    );
    for (const { id: _, ...row } of rows) yield row;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = { image: last.image, id: last.id };
  }
}
