import type { Database } from '../stores/postgres/database.ts';
import { isPrivate } from '../stores/privacy.ts';
import { Problem } from './problem.ts';

/**
 * The one place that decides who may see people whom their tenant wants nobody to recognise: until people sign in, nobody
 * may. Renditions are made without them for everybody; this is about bytes that are given out as they came.
 * @throws Problem 403
 */
export async function refuseHidden(db: Database, assetIds: readonly number[]): Promise<void> {
  for (const id of assetIds) {
    if (await db.run((sql) => isPrivate(sql, id))) throw hidden;
  }
}

const hidden = new Problem({
  status: 403,
  code: 'people_hidden',
  title: 'People in this picture are not to be recognised',
  detail:
    'The tenant hides people, and this picture shows some, or was not looked at. Its renditions can be had; ' +
    'PUT /tenants/{name}/privacy decides whether people are hidden.',
});
