import type { z } from 'zod';
import { type AuditRun, latestAudits } from '../../stores/audit/runs.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';
import { AuditStatus } from '../schemas/audits.ts';

function presentLatest(run: AuditRun | null): z.input<typeof AuditStatus>['latest'] {
  if (run === null || run.report === null || run.finishedAt === null) return null;
  return {
    id: run.id,
    started_by: run.startedBy,
    fix: run.fix,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt.toISOString(),
    ...run.report,
  };
}

function presentUnderWay(run: AuditRun | null): z.input<typeof AuditStatus>['under_way'] {
  if (run === null) return null;
  return {
    id: run.id,
    started_by: run.startedBy,
    started_at: run.startedAt.toISOString(),
    updated_at: run.updatedAt.toISOString(),
    objects: run.progress?.objects ?? 0,
    bytes: run.progress?.bytes ?? 0,
  };
}

/** Whether what is stored is what was promised. */
export function auditRoutes({ db }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/audit/latest',
      operationId: 'getLatestAudit',
      summary: 'What the last audit of the whole library found',
      tag: 'operations',
      needs: 'installation',
      answers: { 200: { description: 'The last report, and what is under way', schema: AuditStatus } },
      async handle(_input, _req, res) {
        const { finished, underWay } = await db.run((sql) => latestAudits(sql));
        res.json({
          latest: presentLatest(finished),
          under_way: presentUnderWay(underWay),
        } satisfies z.input<typeof AuditStatus>);
      },
    }),
  ];
}
