import type { Sql } from '../postgres/database.ts';

/**
 * Whether the model of `p` (`model_id`, `shadow`) has nothing left to do for the asset `a`: it has looked, and what it said
 * counts unless it is a shadow. A classifier has nothing to do where no detector looked.
 */
export const isSeen = (sql: Sql) => sql`
  case (select m.family from models m where m.id = p.model_id)
    when 'classifier' then a.detection_model_id is null or exists (
      select from classification_runs c
      where c.asset_id = a.id and c.model_id = p.model_id and c.detector_id = a.detection_model_id and c.state = 'done'
        and (p.shadow or a.classifier_model_id = p.model_id))
    else exists (
      select from detection_runs r where r.asset_id = a.id and r.model_id = p.model_id and r.state = 'done'
        and (p.shadow or a.detection_model_id = p.model_id))
  end`;
