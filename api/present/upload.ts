import type { z } from 'zod';
import type { UploadResult } from '../schemas/assets.ts';
import type { SpooledFile } from '../upload/spool.ts';
import type { StoredUpload } from '../upload/storeUpload.ts';

export function presentUpload(
  stored: Pick<StoredUpload, 'assetId' | 'jobId' | 'duplicate'>,
  file: Pick<SpooledFile, 'sha256'>,
): z.output<typeof UploadResult> {
  return {
    asset_id: stored.assetId,
    status: 'uploaded',
    content_hash: file.sha256,
    job_id: stored.jobId,
    duplicate: stored.duplicate,
  };
}
