import { z } from 'zod';

/** Spelt out, because not every reader of the document knows classes of characters. */
export const NO_CONTROLS = new RegExp(`^[^${'\\u0000-\\u001f\\u007f-\\u009f'}]+$`);

export const Uuid = z.uuid().meta({ description: 'UUID' });
export const CatalogId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
export const Time = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC', example: '2026-05-31T08:25:38.000Z' });

/** RFC 9457, with `errors[]` for what is wrong with each field. */
export const Problem = z
  .object({
    type: z
      .string()
      .meta({ description: 'Stable name of the problem', example: 'tag:tributary,2026:not_found' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'A sentence for a person' }),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const TenantName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(NO_CONTROLS, 'must not hold control characters');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format() !== '';
  } catch {
    return false;
  }
}

export const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin')
  .meta({ description: 'IANA time zone', example: 'Europe/Berlin' });
