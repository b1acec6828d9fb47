import { z } from 'zod';

export const SourceKind = z
  .object({
    kind: z.string(),
    title: z.string(),
    looks_like: z.string().meta({ description: 'How an address of this kind looks' }),
    credentials: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'JSON Schema of what it may be given; null: it asks nothing' }),
    requests_per_second: z.number().nullable(),
    concurrency: z.int(),
  })
  .meta({ id: 'SourceKind' });

export const SourceKindList = z.object({ kinds: z.array(SourceKind) }).meta({ id: 'SourceKindList' });
