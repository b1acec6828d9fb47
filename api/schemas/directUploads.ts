import { z } from 'zod';
import { MIME_TYPES } from '../../domain/limits.ts';
import { TenantName, Time, Uuid } from './common.ts';

const types = [...new Set(Object.values(MIME_TYPES))];

export const DirectUploadRequest = z
  .object({
    file_name: z.string().min(1).max(1_000),
    size: z.int().positive().meta({ description: 'Bytes, exactly' }),
    content_type: z.enum(types as [string, ...string[]]),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be 64 hex digits')
      .transform((hex) => hex.toLowerCase())
      .optional()
      .meta({ description: 'Of the bytes, hex: nothing else is taken then' }),
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'DirectUploadRequest' });

export const DirectUpload = z
  .object({
    upload_id: Uuid,
    url: z.string().meta({ description: 'Where the bytes go; it is a secret until it expires' }),
    method: z.literal('PUT'),
    headers: z
      .record(z.string(), z.string())
      .meta({ description: 'To be sent exactly so; Content-Length has to be `size`' }),
    expires_at: Time.meta({ description: 'The upload has to begin before' }),
    complete_url: z.string().meta({ description: 'To be POSTed to when the bytes are there' }),
  })
  .meta({ id: 'DirectUpload' });
