import type { z } from 'zod';
import type { ImportView } from '../../domain/import.ts';
import { progressPercent } from '../../domain/outcome.ts';
import { importWorkflowId } from '../../workflows/ids.ts';
import type { Import } from '../schemas/imports.ts';
import { presentFailure } from './failure.ts';

/** The Temporal UI, when there is one. */
export interface TemporalUi {
  url: string | null;
  namespace: string;
}

function message(view: ImportView): string {
  const { counts, listingComplete } = view;
  switch (view.state) {
    case 'pending':
      return 'Waiting to start';
    case 'processing':
      return listingComplete
        ? `${counts.pending} of ${counts.total} files to go`
        : `Listing: ${counts.total} files so far`;
    case 'paused':
      return `Paused with ${counts.pending} files to go`;
    case 'needs_attention':
      return `Waiting for help with ${counts.pending} files to go`;
    case 'completed':
      return counts.failed + counts.rejected === 0
        ? 'Completed'
        : 'Completed; some files could not be brought in';
    case 'failed':
      return 'The source could not be read';
    case 'cancelled':
      return 'Cancelled';
  }
}

/** Seconds until done at the average rate so far; `null` while that says nothing. */
function eta(view: ImportView): number | null {
  const { counts } = view;
  const done = counts.total - counts.pending - counts.skipped;
  if (view.state !== 'processing' || !view.listingComplete || done <= 0) return null;
  const seconds = (Date.now() - view.createdAt.getTime()) / 1000;
  return Math.round((counts.pending * seconds) / done);
}

export function presentImport(view: ImportView, ui: TemporalUi): z.input<typeof Import> {
  const { counts } = view;
  const failure = presentFailure(view.error?.type ?? null, view.error?.detail ?? null);
  return {
    id: view.id,
    job_id: view.id,
    task_id: view.id,
    kind: view.kind,
    source: view.kind,
    address: view.address,
    status: view.state === 'needs_attention' ? 'paused' : view.state,
    state: view.state,
    message: message(view),
    total_files: counts.total,
    processed_files: counts.total - counts.pending,
    stored_files: counts.stored,
    duplicate_files: counts.duplicate,
    skipped_files: counts.skipped,
    rejected_files: counts.rejected,
    failed_files: counts.failed + counts.rejected,
    pending_files: counts.pending,
    progress_percent: progressPercent(counts, view.listingComplete),
    listing_complete: view.listingComplete,
    eta_seconds: eta(view),
    error: view.state === 'needs_attention' ? null : failure,
    needs:
      view.state === 'needs_attention' && failure !== null
        ? { ...failure, resumes_at: view.resumesAt?.toISOString() ?? null }
        : null,
    has_credential: view.hasCredential,
    suspect: view.suspect,
    known_files: view.knownItems,
    deferred_files: view.deferredItems,
    pull_source_id: view.pullSourceId,
    created_at: view.createdAt.toISOString(),
    updated_at: view.updatedAt.toISOString(),
    finished_at: view.finishedAt?.toISOString() ?? null,
    temporal_url:
      ui.url === null
        ? null
        : `${ui.url}/namespaces/${ui.namespace}/workflows/${encodeURIComponent(importWorkflowId(view.id))}`,
  };
}

const TASK_STATUS = {
  pending: 'PENDING',
  processing: 'STARTED',
  paused: 'STARTED',
  needs_attention: 'STARTED',
  completed: 'SUCCESS',
  failed: 'FAILURE',
  cancelled: 'REVOKED',
} as const;

/** The same import as the first Drive and Dropbox service showed it. */
export function presentTask(view: ImportView, ui: TemporalUi) {
  const { id: task_id, ...result } = presentImport(view, ui);
  return { task_id, status: TASK_STATUS[view.state], result: view.state === 'pending' ? null : result };
}
