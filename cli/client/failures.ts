import type { z } from 'zod';
import type { PoisonJobList, RedriveRequest, RedriveResult } from '../../api/schemas/failures.ts';
import type { Server } from './server.ts';

export interface FailureFilter {
  tenant?: string;
  import?: string;
  reason?: string;
}

type List = z.infer<typeof PoisonJobList>;

function query({ tenant, import: id, reason }: FailureFilter, more: Record<string, string>): string {
  return String(
    new URLSearchParams({
      ...(tenant !== undefined && { tenant_name: tenant }),
      ...(id !== undefined && { import_id: id }),
      ...(reason !== undefined && { reason }),
      ...more,
    }),
  );
}

/** Prints failed items, newest first, up to `limit` of them. */
export async function showFailures(
  server: Server,
  filter: FailureFilter,
  { limit, json }: { limit: number; json: boolean },
): Promise<void> {
  const jobs: List['poison_jobs'] = [];
  let total = 0;
  for (let cursor: number | null = 0; cursor !== null && jobs.length < limit; ) {
    const page: List = await server.call<List>(
      'GET',
      `/poison_jobs?${query(filter, {
        limit: String(Math.min(100, limit - jobs.length)),
        ...(cursor > 0 && { cursor: String(cursor) }),
      })}`,
    );
    jobs.push(...page.poison_jobs);
    total = page.total;
    cursor = page.next_cursor;
  }
  if (json) {
    console.log(JSON.stringify({ poison_jobs: jobs, total }, null, 2));
    return;
  }
  for (const job of jobs) {
    console.log(
      `${job.id}  ${job.reason}  ${JSON.stringify(job.name)}  ${job.failed_at}  import ${job.import_id}`,
    );
    console.log(`    ${job.title}${job.detail === '' ? '' : `: ${job.detail}`}`);
    console.log(`    ${job.advice}`);
  }
  console.log(total === 0 ? 'Nothing has failed.' : `${jobs.length} of ${total} shown.`);
}

/** @returns whether everything that was asked for is tried again, or is there already */
export async function redriveFailures(
  server: Server,
  wanted: z.input<typeof RedriveRequest>,
): Promise<boolean> {
  const result = await server.call<z.infer<typeof RedriveResult>>('POST', '/poison_jobs/redrive', wanted);
  console.log(result.message);
  return result.busy + result.gone === 0;
}
