import { randomBytes } from 'node:crypto';
import { refreshLabels } from '../../stores/detection/labels.ts';
import type { Database } from '../../stores/postgres/database.ts';

/** What a test says that a model saw in an image. */
export interface SeenBox {
  asset: number;
  label: 'animal' | 'person' | 'vehicle';
  score: number;
  box?: [number, number, number, number];
  /** Labels of a classifier, and their scores. */
  species?: [string, number][];
}

const CLASSES = ['animal', 'person', 'vehicle'];

/** A model whose boxes are shown from 0.2 on. @returns its id */
export async function putModel(db: Database, name: string): Promise<number> {
  return db.tx(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into models (name, version, family, sha256, bytes, manifest)
      values (${name}, '1', 'yolov5', ${randomBytes(32)}, 1, '{}') returning id`;
    await tx`
      insert into model_classes (model_id, class, label, threshold)
      select ${row!.id}, ord - 1, label, 0.2 from unnest(${CLASSES}::text[]) with ordinality as t(label, ord)`;
    return row!.id;
  });
}

/** Has the model have looked at the images and seen the boxes, as the pipeline would leave it. */
export async function putSeen(
  db: Database,
  modelId: number,
  assets: readonly number[],
  boxes: readonly SeenBox[],
): Promise<void> {
  await db.tx(async (tx) => {
    await tx`
      update assets set detection_state = 'done', detection_reason = null, detection_model_id = ${modelId}
      where id = any(${assets as number[]}::bigint[])`;
    await tx`
      insert into detection_runs (asset_id, model_id, tenant_id, state, width, height, took_ms)
      select id, ${modelId}, tenant_id, 'done', 640, 480, 1 from assets where id = any(${assets as number[]}::bigint[])`;
    for (const {
      asset,
      label,
      score,
      box: [x, y, width, height] = [0.1, 0.2, 0.3, 0.4],
      species = [],
    } of boxes) {
      const [row] = await tx<{ id: number }[]>`
        insert into detections (asset_id, model_id, tenant_id, class, label, score, x, y, width, height)
        select id, ${modelId}, tenant_id, ${CLASSES.indexOf(label)}, ${label}, ${score}, ${x}, ${y}, ${width}, ${height}
        from assets where id = ${asset} returning id`;
      for (const [name, sure] of species) {
        await tx`
          insert into detection_classifications (detection_id, tenant_id, asset_id, label, score)
          select ${row!.id}, tenant_id, id, ${name}, ${sure} from assets where id = ${asset}`;
      }
    }
    await refreshLabels(tx, assets);
  });
}

/** Makes an export that nobody works on yet believe that its first part was collected, although its object is lost. */
export async function loseParts(db: Database, exportId: string): Promise<void> {
  await db.run(
    (sql) => sql`
      insert into export_parts (export_id, tenant_id, part, object_key, images)
      select id, tenant_id, 0, tenant_id || '/' || id || '/part-0.0123456789ab.json', images
      from exports where id = ${exportId}`,
  );
}
