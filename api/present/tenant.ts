import type { z } from 'zod';
import type { Account } from '../../stores/tenancy/accounts.ts';
import type { TenantReport } from '../../stores/tenancy/report.ts';
import type { Tenant, TenantMetrics } from '../schemas/tenants.ts';

export function presentTenant(account: Account): z.input<typeof Tenant> {
  return {
    name: account.name,
    state: account.state,
    disabled: account.disabled,
    assets: account.assets,
    bytes: account.bytes,
    renditions: account.renditions,
    rendition_bytes: account.renditionBytes,
    max_assets: account.maxAssets,
    max_bytes: account.maxBytes,
    created_at: account.createdAt.toISOString(),
  };
}

/** Every state is there, so that a reader need not ask whether it is. */
const NO_JOBS = { pending: 0, stored: 0, duplicate: 0, skipped: 0, rejected: 0, failed: 0 };

export function presentMetrics(
  account: Account,
  report: TenantReport | undefined,
): z.input<typeof TenantMetrics> {
  const failures = report?.failures ?? {};
  return {
    ...presentTenant(account),
    tenant_name: account.name,
    assets_by_state: report?.assetsByState ?? {},
    jobs: { ...NO_JOBS, ...report?.jobs },
    failures: Object.values(failures).reduce((sum, n) => sum + n, 0),
    failures_by_reason: failures,
  };
}

const label = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Counts in the text format of Prometheus, version 0.0.4. */
export function presentTenantCounts(tenants: readonly z.input<typeof TenantMetrics>[]): string {
  const lines: string[] = [];
  const family = (
    name: string,
    help: string,
    values: (tenant: z.input<typeof TenantMetrics>) => [string, number][],
  ): void => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
    for (const tenant of tenants)
      for (const [more, value] of values(tenant))
        lines.push(`${name}{tenant="${label(tenant.name)}"${more}} ${value}`);
  };
  const by =
    (name: string, counts: Record<string, number>): (() => [string, number][]) =>
    () =>
      Object.entries(counts).map(([value, n]) => [`,${name}="${label(value)}"`, n]);
  family('tributary_assets', 'Pictures by state.', (t) => by('state', t.assets_by_state)());
  family('tributary_original_bytes', 'Bytes of originals.', (t) => [['', t.bytes]]);
  family('tributary_renditions', 'Renditions.', (t) => [['', t.renditions]]);
  family('tributary_rendition_bytes', 'Bytes of renditions.', (t) => [['', t.rendition_bytes]]);
  family('tributary_items', 'Files of imports and uploads by state.', (t) => by('state', t.jobs)());
  family('tributary_failed_items', 'Failed files by reason.', (t) => by('reason', t.failures_by_reason)());
  return `${lines.join('\n')}\n`;
}

/** The same, and what the process that answers is like. */
export function presentText(tenants: readonly z.input<typeof TenantMetrics>[]): string {
  return [
    presentTenantCounts(tenants).trimEnd(),
    '# HELP process_resident_memory_bytes Resident memory of the API.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    '# HELP process_uptime_seconds How long the API runs.',
    '# TYPE process_uptime_seconds gauge',
    `process_uptime_seconds ${process.uptime().toFixed(3)}`,
    '',
  ].join('\n');
}
