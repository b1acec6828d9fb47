import type { Sql } from '../postgres/database.ts';

/** Whether the box `d` of the asset `a` lies in a spot that somebody suppressed. */
export const isSuppressed = (sql: Sql) =>
  sql`is_suppressed(a.tenant_id, a.camera_key, d.label, d.x, d.y, d.width, d.height)`;
