import type { z } from 'zod';
import type { PullSource, Run, TestReport } from '../../api/schemas/pullSources.ts';
import { type Server, ServerError } from './server.ts';

type Source = z.infer<typeof PullSource>;
type Report = z.infer<typeof TestReport>;

export interface NewSource {
  name: string;
  schedule?: string | undefined;
  timezone?: string | undefined;
  maxFiles?: number | undefined;
  /** Look first; nothing is kept when nothing can be seen. */
  test: boolean;
}

function showReport(report: Report): void {
  console.log(
    `${report.ok ? 'ok' : 'FAILED'}: ${report.listed}${report.complete ? '' : '+'} files listed, ${report.skipped} of them no images`,
  );
  for (const file of report.fetched) {
    const what =
      file.error === null ? `${file.bytes} bytes, ${file.format ?? 'no image'}` : file.error.detail;
    console.log(`  ${JSON.stringify(file.name)}: ${what}`);
  }
  if (report.error !== null) console.log(`  ${report.error.detail}`);
}

/** @returns whether the source was added (and, with `test`, could be read) */
export async function addSource(
  server: Server,
  address: string,
  { name, schedule, timezone, maxFiles, test }: NewSource,
  given: Record<string, unknown>,
): Promise<boolean> {
  const source = await server.call<Source>('POST', '/image-pull-sources', {
    name,
    base_url: address,
    ...given,
    ...(schedule !== undefined && { schedule }),
    ...(timezone !== undefined && { timezone }),
    ...(maxFiles !== undefined && { max_files_per_run: maxFiles }),
    is_active: !test,
  });
  if (test) {
    const report = await server.call<Report>('POST', `/image-pull-sources/${source.id}/test`);
    showReport(report);
    if (!report.ok) {
      await server.call('DELETE', `/image-pull-sources/${source.id}`);
      console.log('The source was not added.');
      return false;
    }
    await server.call('PATCH', `/image-pull-sources/${source.id}/toggle`, { is_active: true });
  }
  console.log(`${source.id}  ${source.name}, ${source.schedule}`);
  return true;
}

export async function showSources(server: Server): Promise<void> {
  const sources = await server.call<Source[]>('GET', '/image-pull-sources?include_inactive=true');
  if (sources.length === 0)
    console.log('There are no sources yet. Add one with "tributary source add <address>".');
  for (const source of sources) {
    const state = source.is_active ? `next run ${source.next_run ?? 'unknown'}` : 'paused';
    const why = source.paused === null ? '' : ` (${source.paused.title})`;
    console.log(`${source.id}  ${source.name}  ${source.base_url}  ${source.schedule}  ${state}${why}`);
  }
}

/** Runs a source, waits for the end and says what came in. @returns whether nothing failed */
export async function runSource(server: Server, id: string, all: boolean): Promise<boolean> {
  const { run_id } = await server.call<z.infer<typeof Run>>(
    'POST',
    `/image-pull-sources/${id}/process`,
    all ? { max_files: null } : {},
  );
  for (;;) {
    const { last_run: run } = await server.call<Source>('GET', `/image-pull-sources/${id}`);
    if (run === null) throw new ServerError('The run is gone.');
    if (run.run_id !== run_id || ['completed', 'failed', 'cancelled'].includes(run.status)) {
      console.log(
        `${run.status}: ${run.stored_files} stored, ${run.duplicate_files} already there, ${run.known_files} known, ` +
          `${run.deferred_files} left for later, ${run.failed_files} failed`,
      );
      if (run.error !== null) console.log(`${run.error.title}: ${run.error.detail} ${run.error.advice}`);
      return run.status === 'completed' && run.failed_files === 0;
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
