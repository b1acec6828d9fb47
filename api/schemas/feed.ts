import { z } from 'zod';
import { FEED_KINDS, type FeedKind, parseCursor } from '../../domain/feed.ts';
import { TenantName, Time, Uuid } from './common.ts';
import { Import } from './imports.ts';

const GROUPS = [...new Set(FEED_KINDS.map((kind) => `${kind.split('.')[0]}.*`))];

/** `asset.ready`, or `asset.*` for all about assets. */
export const KindPattern = z.string().refine((text) => kindsOf(text).length > 0, {
  message: `must be one of ${[...FEED_KINDS, ...GROUPS].join(', ')}`,
});

/** The kinds that a pattern stands for; none when it stands for nothing. */
export function kindsOf(pattern: string): FeedKind[] {
  const group = pattern.endsWith('.*') ? pattern.slice(0, -1) : null;
  return FEED_KINDS.filter((kind) => kind === pattern || (group !== null && kind.startsWith(group)));
}

const Kinds = z
  .string()
  .max(2_000)
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(z.array(KindPattern).min(1))
  .meta({ description: 'Comma-separated types of events, or groups of them such as `asset.*`' });

const Cursor = z
  .string()
  .refine((text) => parseCursor(text) !== null, 'must be the id of an event')
  .meta({ description: 'Id of the last event that was seen; only later ones follow', example: '4711.3' });

/** What follows a narrow view takes. */
export const FeedResume = z.object({ after: Cursor.optional(), kinds: Kinds.optional() });

export const FeedQuery = FeedResume.extend({
  tenant_name: TenantName.optional(),
  import_id: Uuid.optional(),
  camera_id: Uuid.optional(),
});

export const FeedEvent = z
  .object({
    id: z.string().meta({ description: 'Its place, to go on behind it with `after`', example: '4711.3' }),
    type: z.enum(FEED_KINDS),
    at: Time.meta({ description: 'When it happened' }),
    tenant_name: z.string().nullable().meta({ description: '`null`: it concerns the whole installation' }),
    data: z
      .object({
        asset_id: z.int().optional(),
        import_id: Uuid.optional(),
        camera_id: Uuid.optional(),
        import: Import.optional().meta({
          description:
            'Of an import, as it was when the event was sent: later than the event itself, perhaps',
        }),
        links: z.record(z.string(), z.string()),
      })
      .catchall(z.unknown())
      .meta({
        description: 'Ids of what it is about, where to read more, and what little else is to be said',
      }),
  })
  .meta({ id: 'FeedEvent' });
