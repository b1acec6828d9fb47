import cliProgress from 'cli-progress';
import type { z } from 'zod';
import type { Import, ImportItemList } from '../../api/schemas/imports.ts';
import type { Server } from './server.ts';

type ImportBody = z.infer<typeof Import>;

const POLL_MS = 300;
const FINISHED = new Set(['completed', 'failed', 'cancelled']);
const SHOWN = 20;

/** A bar on a terminal, a line now and then elsewhere. */
function createProgress(): { show(job: ImportBody): void; end(): void } {
  if (!process.stderr.isTTY) {
    let last = '';
    return {
      show(job) {
        const line = `${job.processed_files}/${job.total_files}${job.listing_complete ? '' : '+'} files, ${job.status}`;
        if (line !== last) console.error(line);
        last = line;
      },
      end() {},
    };
  }
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% | {value}/{total} files | {note}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(0, 0, { note: 'listing' });
  return {
    show(job) {
      bar.setTotal(job.total_files);
      const eta = job.eta_seconds === null ? '' : ` | ${job.eta_seconds} s left`;
      bar.update(job.processed_files, { note: `${job.listing_complete ? job.status : 'listing'}${eta}` });
    },
    end: () => bar.stop(),
  };
}

async function showTroubles(server: Server, job: ImportBody): Promise<void> {
  for (const outcome of ['failed', 'rejected'] as const) {
    const page = await server.call<z.infer<typeof ImportItemList>>(
      'GET',
      `/imports/${job.id}/items?outcome=${outcome}&limit=${SHOWN}`,
    );
    for (const item of page.items) {
      console.log(
        `  ${outcome}  ${JSON.stringify(item.external_id)}: ${item.title ?? item.reason}${item.detail ? ` (${item.detail})` : ''}`,
      );
    }
    if (page.total > page.items.length)
      console.log(`  … and ${page.total - page.items.length} more ${outcome}`);
  }
}

/**
 * Imports from an address and watches until it is finished.
 * @returns whether it came to its end, and whether everything was brought in
 */
export async function importAndWatch(
  server: Server,
  address: string,
  options: { force: boolean; timezone: string | undefined },
  given: Record<string, unknown> = {},
): Promise<{ ended: boolean; complete: boolean }> {
  let job = await server.call<ImportBody>('POST', '/imports', {
    url: address,
    ...given,
    force: options.force,
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
  });
  console.error(`Import ${job.id} of ${job.address}`);
  const progress = createProgress();
  let misses = 0;
  let told = '';
  while (!FINISHED.has(job.status)) {
    progress.show(job);
    if (job.needs !== null && told !== job.needs.detail) {
      told = job.needs.detail;
      console.error(`\n${job.needs.title}: ${job.needs.detail} ${job.needs.advice}`);
      console.error(`It goes on after: tributary resume ${job.id} --credentials <file>, or --skip`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      job = await server.call<ImportBody>('GET', `/imports/${job.id}`);
      misses = 0;
    } catch (error) {
      // A restart of the server does not end the import.
      misses += 1;
      if (misses * POLL_MS > 60_000) throw error;
    }
  }
  progress.show(job);
  progress.end();
  const seconds = (Date.parse(job.finished_at ?? job.updated_at) - Date.parse(job.created_at)) / 1000;
  console.log(`${job.status} in ${seconds.toFixed(1)} s: ${job.total_files} files`);
  for (const outcome of ['stored', 'duplicate', 'skipped', 'rejected'] as const) {
    console.log(`  ${outcome.padEnd(9)} ${job[`${outcome}_files`]}`);
  }
  console.log(`  ${'failed'.padEnd(9)} ${job.failed_files - job.rejected_files}`);
  if (job.failed_files > 0) await showTroubles(server, job);
  if (job.error !== null) console.log(`${job.error.title}: ${job.error.detail} ${job.error.advice}`);
  const ended = job.status === 'completed';
  return { ended, complete: ended && job.failed_files === 0 };
}
