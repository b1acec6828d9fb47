import type { Sql } from '../postgres/database.ts';

/** Whether no detector looks at the pictures of the asset's tenant. */
export const withoutDetector = (sql: Sql) => sql`
  not exists (select from active_detectors d join models m on m.id = d.model_id and m.removed_at is null
    where d.tenant_id = a.tenant_id or d.tenant_id is null)`;

/**
 * Whether the model of `p` (`model_id`, `shadow`) has nothing left to do for the asset `a`: it has looked, and what it said
 * counts unless it is a shadow. Where no detector looked, a classifier of whole pictures has something to do if none is going
 * to, others have not.
 */
export const isSeen = (sql: Sql) => sql`
  case (select m.family from models m where m.id = p.model_id)
    when 'classifier' then case when a.detection_model_id is null
      then not (not p.shadow and ${withoutDetector(sql)}
        and (select w.manifest->'whole_pictures' = 'true' from models w where w.id = p.model_id) is true)
      else exists (
        select from classification_runs c
        where c.asset_id = a.id and c.model_id = p.model_id and c.detector_id = a.detection_model_id and c.state = 'done'
          and (p.shadow or a.classifier_model_id = p.model_id)) end
    else exists (
      select from detection_runs r where r.asset_id = a.id and r.model_id = p.model_id and r.state = 'done'
        and (p.shadow or a.detection_model_id = p.model_id))
  end`;
