import type { z } from 'zod';
import type { PoisonJob as Row } from '../../stores/poison.ts';
import type { RedriveCounts, RedriveVerdict } from '../../stores/redrive.ts';
import type { PoisonJob, RedriveResult } from '../schemas/failures.ts';
import { presentFailure } from './failure.ts';

export function presentPoison(row: Row): z.input<typeof PoisonJob> {
  const failure = presentFailure(row.reason, row.detail);
  return {
    id: row.id,
    job_id: row.id,
    tenant_name: row.tenantName,
    import_id: row.importId,
    source: row.kind,
    name: row.name,
    external_id: row.externalId,
    asset_id: row.assetId,
    reason: row.reason,
    title: failure?.title ?? '',
    advice: failure?.advice ?? '',
    detail: failure?.detail ?? '',
    attempts: row.attempts,
    failed_at: row.failedAt.toISOString(),
    links: {
      self: `/poison_jobs/${row.id}`,
      redrive: `/poison_jobs/${row.id}/redrive`,
      import: `/imports/${row.importId}`,
    },
  };
}

/** What became of one item, for the person who asked. */
export const REDRIVE_MESSAGES: Record<RedriveVerdict, string> = {
  queued: 'It is tried again.',
  resolved: 'Its picture is in the library already; it counts as a duplicate now.',
  busy: 'Another run of its source is open. Ask again when that has ended.',
  gone: 'Its bytes are lost and only the person who has the file can bring them: upload it again.',
};

export function presentRedrive(counts: RedriveCounts): z.input<typeof RedriveResult> {
  const sum = Object.values(counts).reduce((all, n) => all + n, 0);
  const parts = [
    `${counts.queued} of ${sum} will be tried again`,
    ...(counts.resolved > 0 ? [`${counts.resolved} are in the library already`] : []),
    ...(counts.busy > 0 ? [`${counts.busy} wait for another run of their source`] : []),
    ...(counts.gone > 0 ? [`${counts.gone} must be uploaded again`] : []),
  ];
  return { ...counts, message: sum === 0 ? 'Nothing matches.' : `${parts.join('; ')}.` };
}
