import type { z } from 'zod';
import type { ImportView } from '../../domain/import.ts';
import { formatSchedule } from '../../domain/schedule.ts';
import type { Json } from '../../sources/source.ts';
import type { PullSource as Row } from '../../stores/pulling/pullSources.ts';
import type { PullSource, Run } from '../schemas/pullSources.ts';
import { presentFailure } from './failure.ts';
import { presentImport } from './import.ts';

const NO_UI = { url: null, namespace: '' };

export function presentRun(view: ImportView): z.input<typeof Run> {
  const shown = presentImport(view, NO_UI);
  return {
    run_id: view.id,
    status: shown.status,
    message: shown.message,
    total_files: shown.total_files,
    stored_files: shown.stored_files,
    duplicate_files: shown.duplicate_files,
    skipped_files: shown.skipped_files,
    known_files: shown.known_files,
    deferred_files: shown.deferred_files,
    failed_files: shown.failed_files,
    suspect: shown.suspect,
    error: shown.error,
    started_at: shown.created_at,
    finished_at: shown.finished_at,
  };
}

const texts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

export function presentPullSource(
  row: Row,
  news: { nextRun: Date | null; lastRun: ImportView | null },
): z.input<typeof PullSource> {
  const { include, exclude, recursive, ...settings } = (row.options ?? {}) as { [name: string]: Json };
  return {
    id: row.id,
    name: row.name,
    user_id: row.userId,
    location_id: row.locationId,
    kind: row.kind,
    base_url: row.baseUrl,
    auth_type: row.authType,
    auth_username: row.authUsername,
    auth_header: row.authHeader,
    has_credential: row.credentialId !== null,
    is_active: row.isActive,
    schedule: formatSchedule(row.schedule),
    timezone: row.timezone,
    max_files_per_run: row.maxFilesPerRun,
    include: texts(include),
    exclude: texts(exclude),
    recursive: recursive !== false,
    settings,
    settle_seconds: row.settleSeconds,
    requests_per_second: row.requestsPerSecond,
    last_pulled_filename: row.lastPulledFilename,
    last_pull_timestamp: row.lastPullTimestamp?.toISOString() ?? null,
    next_run: row.isActive ? (news.nextRun?.toISOString() ?? null) : null,
    last_run: news.lastRun === null ? null : presentRun(news.lastRun),
    paused: presentFailure(row.pausedReason, row.pausedReason === null ? null : 'Paused after three runs.'),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
