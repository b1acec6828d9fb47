import { z } from 'zod';
import { Time, Uuid } from './common.ts';

const Note = z.object({ what: z.string(), count: z.int(), examples: z.array(z.string()) });

export const AuditReport = z
  .object({
    id: Uuid,
    started_by: z.enum(['person', 'schedule']),
    fix: z.boolean().meta({ description: 'Whether it mended what it could' }),
    started_at: Time,
    finished_at: Time,
    sound: z.boolean().meta({ description: 'No promise is broken' }),
    clean: z.boolean().meta({ description: 'No promise is broken, and nothing was on its way' }),
    findings: z.array(
      z.object({
        id: z.string().meta({ example: 'I4' }),
        promise: z.string(),
        count: z.int().meta({ description: 'How often it is broken' }),
        examples: z.array(z.string()),
      }),
    ),
    repairs: z.array(Note).meta({ description: 'What was mended' }),
    needs: z.array(Note).meta({ description: 'What only a person can do' }),
    objects: z.int().meta({ description: 'Objects that were read' }),
    bytes: z.int(),
    open: z
      .object({
        imports: z.int(),
        items: z.int(),
        assets: z.int(),
        outbox: z.int(),
        workflows: z.int(),
      })
      .meta({ description: 'Work that was in progress' }),
  })
  .meta({ id: 'AuditReport' });

export const AuditStatus = z
  .object({
    latest: AuditReport.nullable(),
    under_way: z
      .object({
        id: Uuid,
        started_by: z.enum(['person', 'schedule']),
        started_at: Time,
        updated_at: Time,
        objects: z.int(),
        bytes: z.int(),
      })
      .nullable()
      .meta({ description: 'One that has begun after the latest report and not ended' }),
  })
  .meta({ id: 'AuditStatus' });
