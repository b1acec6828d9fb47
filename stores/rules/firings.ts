import { belongsTo, type Firing, type SeenBox, type Sight } from '../../domain/rule.ts';
import { announce } from '../feed/announce.ts';
import type { Sql } from '../postgres/database.ts';
import type { Rule } from './rules.ts';

export interface FiringRow extends Firing {
  id: string;
  label: string;
  score: number | null;
  firedAt: Date;
  images: number;
  /** The first ones. */
  assetIds: number[];
}

/** What an alert shows of its pictures. */
const SHOWN = 10;

/** Those of a rule, the newest first. */
export async function listFirings(
  sql: Sql,
  ruleId: string,
  page: { limit: number; offset: number },
): Promise<{ firings: FiringRow[]; total: number }> {
  const [count] = await sql<{ total: number }[]>`
    select count(*) as total from rule_firings where rule_id = ${ruleId}`;
  const firings = await sql<FiringRow[]>`
    select f.id, f.place, f.label, round(f.score::numeric, 4)::float8 as score, f.first_at as "firstAt", f.last_at as "lastAt",
      f.fired_at as "firedAt", (select count(*) from rule_matches m where m.firing_id = f.id) as images,
      array(select asset_id from rule_matches m where m.firing_id = f.id order by asset_id limit ${SHOWN}) as "assetIds"
    from rule_firings f where f.rule_id = ${ruleId}
    order by f.fired_at desc, f.id limit ${page.limit} offset ${page.offset}`;
  return { firings, total: count?.total ?? 0 };
}

/**
 * Notes that a rule fits a picture. It fires when no picture of the same place did so within its gap, before or after.
 * Noting it again changes nothing.
 */
export async function noteMatch(
  tx: Sql,
  rule: Pick<Rule, 'id' | 'tenantId' | 'name' | 'gapMinutes'>,
  sight: Sight,
  seen: SeenBox,
): Promise<void> {
  const [known] = await tx`
    select firing_id from rule_matches where rule_id = ${rule.id} and asset_id = ${sight.assetId}`;
  if (known !== undefined) return;
  const near = await tx<(Firing & { id: string })[]>`
    select id, place, first_at as "firstAt", last_at as "lastAt" from rule_firings
    where rule_id = ${rule.id} and place = ${sight.place}
      and last_at >= ${sight.takenAt}::timestamptz - ${rule.gapMinutes} * interval '1 minute'
    order by last_at limit 1`;
  const open = near.find((firing) => belongsTo(firing, sight, rule.gapMinutes));
  const firingId = open === undefined ? await fire(tx, rule, sight, seen) : open.id;
  if (open !== undefined) {
    await tx`
      update rule_firings set first_at = least(first_at, ${sight.takenAt}), last_at = greatest(last_at, ${sight.takenAt})
      where id = ${open.id}`;
  }
  await tx`
    insert into rule_matches (rule_id, asset_id, tenant_id, firing_id)
    values (${rule.id}, ${sight.assetId}, ${rule.tenantId}, ${firingId})`;
}

async function fire(
  tx: Sql,
  rule: Pick<Rule, 'id' | 'tenantId' | 'name'>,
  { place, takenAt, assetId, cameraId }: Sight,
  { label, score, species }: SeenBox,
): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    insert into rule_firings (tenant_id, rule_id, place, label, score, first_at, last_at)
    values (${rule.tenantId}, ${rule.id}, ${place}, ${species ?? label}, ${score}, ${takenAt}, ${takenAt}) returning id`;
  if (row === undefined) throw new Error('The insert of a firing returned no row.');
  await announce(tx, {
    kind: 'rule.fired',
    tenantId: rule.tenantId,
    subjectId: rule.id,
    ...(cameraId !== null && { cameraId }),
    assets: [assetId],
    detail: {
      rule_name: rule.name,
      firing_id: row.id,
      label: species ?? label,
      confidence: score,
      taken_at: takenAt.toISOString(),
    },
  });
  return row.id;
}
