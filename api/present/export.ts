import type { z } from 'zod';
import type { ExportRow } from '../../stores/exports/exports.ts';
import type { Export } from '../schemas/exports.ts';
import { presentFailure } from './failure.ts';

export function presentExport(row: ExportRow, base: string): z.input<typeof Export> {
  return {
    export_id: row.id,
    tenant_name: row.tenantName,
    ...{ format: row.format, state: row.state, selection: row.selection, images: row.images },
    // Parts go when the file is there.
    collected: row.state === 'completed' || row.state === 'expired' ? row.images : row.collected,
    left_out: row.leftOut,
    file_url: row.state === 'completed' ? `${base}/exports/${row.id}/file` : null,
    ...{ bytes: row.bytes, sha256: row.sha256, error: presentFailure(row.errorType, row.errorDetail) },
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    finished_at: row.finishedAt?.toISOString() ?? null,
    expires_at: row.expiresAt?.toISOString() ?? null,
  };
}
