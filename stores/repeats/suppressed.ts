import type { Sql } from '../postgres/database.ts';

/** Whether the box `d` of the asset `a` lies in a spot that somebody suppressed. */
export const isSuppressed = (sql: Sql) => sql`exists (
  select from repeat_suppressions s
  where s.tenant_id = a.tenant_id and s.camera_key = a.camera_key and s.undone_at is null and s.label = d.label
    and box_overlap(s.x, s.y, s.width, s.height, d.x, d.y, d.width, d.height) >= s.overlap)`;
