import { type Sight, whatFires } from '../../domain/rule.ts';
import { type FeedRow, feedBounds, readFeed } from '../feed/read.ts';
import type { Database, Sql } from '../postgres/database.ts';
import { noteMatch } from './firings.ts';
import { type LookingRule, rulesOf } from './rules.ts';
import { sightsAmong } from './sights.ts';

/** Rows of the feed in one transaction. */
const PAGE = 20;
/** Where nothing is of interest to rules, how far they are is written down once for so many events. */
const STRIDE = 500;

/** The lowest score that any of the rules cares for below the thresholds. */
function lowest(rules: readonly LookingRule[]): number {
  return Math.min(1, ...rules.map(({ when }) => when.minConfidence ?? 1));
}

async function judge(
  tx: Sql,
  rules: readonly LookingRule[],
  rows: readonly FeedRow[],
  tenantId: string,
): Promise<void> {
  const own = rules.filter((rule) => rule.tenantId === tenantId);
  const news = rows.filter((row) => row.tenantId === tenantId);
  // A rule that is younger than all of it has nothing to look at.
  for (const row of news) {
    const asked = own.filter(({ position }) => position < row.position);
    if (asked.length === 0) continue;
    const sights: Sight[] = await sightsAmong(tx, tenantId, row.assetIds ?? [], lowest(asked));
    const now = new Date();
    for (const rule of asked) {
      for (const sight of sights) {
        const seen = whatFires(rule.when, sight, now);
        if (seen !== null) await noteMatch(tx, rule, sight, seen);
      }
    }
  }
}

/** Most installations have none: then how far they are is written down once in a while, and that is all. */
async function anyRules(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ any: boolean }[]>`
    with moved as (
      update rule_progress p set position = h.position from feed_head h
      where h.position - p.position >= ${STRIDE} and not exists (select from rules where enabled)
    )
    select exists (select from rules where enabled) as any`;
  return row?.any ?? false;
}

/**
 * Has the rules look at the pictures that came in, or that a model looked at again, since the last time. What fires and
 * how far they are is one transaction: nothing is left out or fired twice, whichever process dies when.
 * @returns whether there is more
 */
export async function lookWithRules(db: Database): Promise<boolean> {
  if (!(await db.run(anyRules))) return false;
  return db.tx(async (tx) => {
    // Another process that looks at the same moment does it for us.
    const [progress] = await tx<{ position: number }[]>`
      select position from rule_progress for update skip locked`;
    if (progress === undefined) return false;
    const { head } = await feedBounds(tx);
    const kinds = ['asset.ready', 'asset.detected'] as const;
    const rows = await readFeed(tx, progress.position, head, { kinds }, PAGE);
    const tenants = [...new Set(rows.flatMap(({ tenantId }) => (tenantId === null ? [] : [tenantId])))];
    const rules = tenants.length === 0 ? [] : await rulesOf(tx, tenants);
    for (const tenantId of new Set(rules.map((rule) => rule.tenantId)))
      await judge(tx, rules, rows, tenantId);
    const more = rows.length === PAGE;
    const upTo = (more ? rows.at(-1)?.position : undefined) ?? head;
    if (rows.length > 0 || upTo - progress.position >= STRIDE)
      await tx`update rule_progress set position = ${upTo}`;
    return more;
  });
}
