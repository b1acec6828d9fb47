import type { AuditReport } from '../../stores/audit/audit.ts';

/** What a fault test says in the end, as one line of JSON on standard output. */
export interface FaultReport {
  test: string;
  seed?: number;
  /** What was done to the product. */
  injected: string | Record<string, unknown>;
  figures: Record<string, unknown>;
}

/** How often each promise was found broken, by its id. */
function broken({ findings }: AuditReport): Record<string, number> {
  return Object.fromEntries(findings.map(({ id, count }) => [id, count]));
}

export function tell(report: FaultReport, audit: AuditReport): void {
  console.log(JSON.stringify({ ...report, audit: { clean: audit.clean, ...broken(audit) } }));
}
