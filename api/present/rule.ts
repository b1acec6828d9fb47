import type { z } from 'zod';
import type { RuleCondition } from '../../domain/rule.ts';
import type { FiringRow } from '../../stores/rules/firings.ts';
import type { Rule as Row } from '../../stores/rules/rules.ts';
import type { Rule, RuleFiring, RuleWhen } from '../schemas/rules.ts';

export function presentWhen(when: RuleCondition): z.input<typeof RuleWhen> {
  return {
    ...(when.labels !== undefined && { labels: when.labels }),
    ...(when.categories !== undefined && { categories: when.categories }),
    ...(when.minConfidence !== undefined && { min_confidence: when.minConfidence }),
    ...(when.cameraIds !== undefined && { camera_ids: when.cameraIds }),
    ...(when.locationIds !== undefined && { location_ids: when.locationIds }),
    ...(when.pullSourceIds !== undefined && { pull_source_ids: when.pullSourceIds }),
    ...(when.between !== undefined && { between: when.between }),
    ...(when.maxAgeMinutes !== undefined && { max_age_minutes: when.maxAgeMinutes }),
  };
}

/** The other way round. */
export function conditionOf(when: z.output<typeof RuleWhen>): RuleCondition {
  return {
    ...(when.labels !== undefined && { labels: when.labels }),
    ...(when.categories !== undefined && { categories: when.categories }),
    ...(when.min_confidence !== undefined && { minConfidence: when.min_confidence }),
    ...(when.camera_ids !== undefined && { cameraIds: when.camera_ids }),
    ...(when.location_ids !== undefined && { locationIds: when.location_ids }),
    ...(when.pull_source_ids !== undefined && { pullSourceIds: when.pull_source_ids }),
    ...(when.between !== undefined && { between: when.between }),
    ...(when.max_age_minutes !== undefined && { maxAgeMinutes: when.max_age_minutes }),
  };
}

export function presentRule(row: Row): z.input<typeof Rule> {
  return {
    id: row.id,
    tenant_name: row.tenantName,
    name: row.name,
    enabled: row.enabled,
    when: presentWhen(row.when),
    tell: row.webhookId === null ? {} : { webhook_id: row.webhookId },
    gap_minutes: row.gapMinutes,
    firings: row.firings,
    last_fired_at: row.lastFiredAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

export function presentFiring(row: FiringRow): z.input<typeof RuleFiring> {
  return {
    id: row.id,
    place: row.place,
    label: row.label,
    confidence: row.score,
    first_taken_at: row.firstAt.toISOString(),
    last_taken_at: row.lastAt.toISOString(),
    images: row.images,
    asset_ids: row.assetIds,
    fired_at: row.firedAt.toISOString(),
  };
}
