import { z } from 'zod';
import { UploadResult } from './assets.ts';
import { Uuid } from './common.ts';

/** What the client of a finished resumable upload is told. */
export const ResumableResult = z
  .union([
    UploadResult,
    z
      .object({
        import_id: Uuid.meta({ description: 'The import of what the archive holds' }),
        content_hash: z.string().meta({ description: 'SHA-256 of the archive, hex' }),
      })
      .meta({ id: 'ArchiveUploadResult' }),
  ])
  .meta({ id: 'ResumableResult' });
