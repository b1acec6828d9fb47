import type { z } from 'zod';
import { belongsTo, type Firing, type SeenBox, type Sight, whatFires } from '../../domain/rule.ts';
import type { Database } from '../../stores/postgres/database.ts';
import type { Rule } from '../../stores/rules/rules.ts';
import { recentAssets, sightsAmong } from '../../stores/rules/sights.ts';
import type { RuleTrial } from '../schemas/rules.ts';

/** Pictures that are looked at together, and at the most. */
const PAGE = 2_000;
const MOST = 100_000;
/** Alerts, and pictures of each, that are shown. */
const SHOWN = 100;
const SHOWN_ASSETS = 10;

interface Alert extends Firing {
  seen: SeenBox;
  images: number;
  assetIds: number[];
}

/**
 * What a rule would have fired for, had it been there. Nothing is written. A rule for pictures that are new takes each for
 * as new as it was when it came.
 * @param days pictures that came within the last so many
 */
export async function tryRule(
  db: Database,
  rule: Pick<Rule, 'tenantId' | 'when' | 'gapMinutes'>,
  days: number,
): Promise<z.input<typeof RuleTrial>> {
  const matches: { sight: Sight; seen: SeenBox }[] = [];
  let images = 0;
  let after = 0;
  let complete = true;
  for (;;) {
    const ids = await db.run((sql) => recentAssets(sql, rule.tenantId, days, after, PAGE));
    const last = ids.at(-1);
    if (last === undefined) break;
    if (images >= MOST) {
      complete = false;
      break;
    }
    const atLeast = rule.when.minConfidence ?? 1;
    const sights = await db.run((sql) => sightsAmong(sql, rule.tenantId, ids, atLeast));
    for (const sight of sights) {
      const seen = whatFires(rule.when, sight, sight.cameAt);
      if (seen !== null) matches.push({ sight, seen });
    }
    images += ids.length;
    after = last;
  }
  const alerts = alertsOf(matches, rule.gapMinutes);
  return {
    firings: alerts.slice(0, SHOWN).map(({ place, seen, firstAt, lastAt, images: n, assetIds }) => ({
      ...{ place, label: seen.species ?? seen.label, confidence: seen.score, images: n, asset_ids: assetIds },
      ...{ first_taken_at: firstAt.toISOString(), last_taken_at: lastAt.toISOString() },
    })),
    count: alerts.length,
    images,
    complete,
  };
}

function alertsOf(matches: { sight: Sight; seen: SeenBox }[], gapMinutes: number): Alert[] {
  const alerts: Alert[] = [];
  /** Of each place the last one: pictures come in the order of their times here. */
  const open = new Map<string, Alert>();
  for (const { sight, seen } of matches.sort(
    (a, b) => a.sight.takenAt.getTime() - b.sight.takenAt.getTime(),
  )) {
    const held = open.get(sight.place);
    if (held !== undefined && belongsTo(held, sight, gapMinutes)) {
      held.lastAt = sight.takenAt;
      held.images += 1;
      if (held.assetIds.length < SHOWN_ASSETS) held.assetIds.push(sight.assetId);
      continue;
    }
    const { place, takenAt } = sight;
    const alert = { place, firstAt: takenAt, lastAt: takenAt, seen, images: 1, assetIds: [sight.assetId] };
    open.set(place, alert);
    alerts.push(alert);
  }
  return alerts;
}
