import type { RuleCondition } from '../../domain/rule.ts';
import type { Sql } from '../postgres/database.ts';

export interface RuleInput {
  name: string;
  enabled: boolean;
  when: RuleCondition;
  gapMinutes: number;
  webhookId: string | null;
}

export interface Rule extends RuleInput {
  id: string;
  tenantId: string;
  tenantName: string;
  /** It looks at what happens behind this place in the feed. */
  position: number;
  firings: number;
  lastFiredAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  r.id, r.tenant_id as "tenantId", t.name as "tenantName", r.name, r.enabled, r.condition as "when",
  r.gap_minutes as "gapMinutes", r.webhook_id as "webhookId", r.position,
  (select count(*) from rule_firings f where f.rule_id = r.id) as firings,
  (select max(fired_at) from rule_firings f where f.rule_id = r.id) as "lastFiredAt",
  r.created_at as "createdAt", r.updated_at as "updatedAt"`;

export async function listRules(sql: Sql, tenantId: string): Promise<Rule[]> {
  return sql<Rule[]>`
    select ${columns(sql)} from rules r join tenants t on t.id = r.tenant_id
    where r.tenant_id = ${tenantId} order by r.created_at, r.id`;
}

export async function findRule(sql: Sql, id: string): Promise<Rule | null> {
  const [row] = await sql<Rule[]>`
    select ${columns(sql)} from rules r join tenants t on t.id = r.tenant_id where r.id = ${id}`;
  return row ?? null;
}

/** Makes a rule that looks at what happens from now on. @returns its id; `null`: the tenant has `most` of them */
export async function createRule(
  tx: Sql,
  tenantId: string,
  input: RuleInput,
  most: number,
): Promise<string | null> {
  await tx`select id from tenants where id = ${tenantId} for update`;
  const [count] = await tx<{ n: number }[]>`select count(*) as n from rules where tenant_id = ${tenantId}`;
  if ((count?.n ?? 0) >= most) return null;
  const [row] = await tx<{ id: string }[]>`
    insert into rules (tenant_id, name, enabled, condition, gap_minutes, webhook_id, position)
    select ${tenantId}, ${input.name}, ${input.enabled}, ${tx.json({ ...input.when } as never)}, ${input.gapMinutes},
      ${input.webhookId}::uuid, feed_position()
    returning id`;
  if (row === undefined) throw new Error('The insert of a rule returned no row.');
  return row.id;
}

/** Says anew what a rule is; one that is switched on again looks at what happens from then on. */
export async function changeRule(tx: Sql, id: string, input: RuleInput): Promise<boolean> {
  const rows = await tx`
    update rules set name = ${input.name}, condition = ${tx.json({ ...input.when } as never)},
      gap_minutes = ${input.gapMinutes}, webhook_id = ${input.webhookId}, updated_at = now(),
      position = case when ${input.enabled} and not enabled then feed_position() else position end,
      enabled = ${input.enabled}
    where id = ${id} returning id`;
  return rows.length > 0;
}

/** @returns whether there was one */
export async function removeRule(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql`delete from rules where id = ${id} returning id`;
  return rows.length > 0;
}

/** What it takes to look with a rule. */
export type LookingRule = Pick<Rule, 'id' | 'tenantId' | 'name' | 'when' | 'gapMinutes' | 'position'>;

/** The rules that are on, of these tenants. */
export async function rulesOf(sql: Sql, tenantIds: readonly string[]): Promise<LookingRule[]> {
  return sql<LookingRule[]>`
    select id, tenant_id as "tenantId", name, condition as "when", gap_minutes as "gapMinutes", position from rules
    where enabled and tenant_id = any(${tenantIds as string[]}::uuid[]) order by created_at, id`;
}
