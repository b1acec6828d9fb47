import { z } from 'zod';
import { Time, Uuid } from './common.ts';
import { ImageQuery } from './images.ts';

const Records = z.int().meta({ description: 'Independent records' });

const Independent = ImageQuery.extend({
  interval_minutes: z.coerce
    .number()
    .min(0)
    .max(10_080)
    .default(30)
    .meta({ description: 'Records of a kind at a place that are closer together are one' }),
  since: z.enum(['counted', 'seen']).default('counted').meta({
    description: 'What the interval is measured from: the last record that counted, or the last one seen',
  }),
});

export const ActivityQuery = Independent;
export const RichnessQuery = Independent;
export const EffortQuery = ImageQuery.extend({
  max_silence_days: z.coerce
    .number()
    .positive()
    .max(3_650)
    .optional()
    .meta({ description: 'A camera without an image for longer is taken to have been off; default: never' }),
});

const Kind = {
  label: z.string(),
  scientific_name: z.string().nullable(),
  common_name: z.string().nullable(),
};

export const ActivityReport = z
  .object({
    kinds: z
      .array(
        z.object({
          ...Kind,
          records: Records,
          by_hour: z.array(z.int()).length(24).meta({
            description:
              'By the hour on the clock of the camera, from midnight on; UTC where its offset is not known',
          }),
        }),
      )
      .meta({ description: 'The most frequent first' }),
    interval_minutes: z.number(),
  })
  .meta({ id: 'ActivityReport' });

export const EffortReport = z
  .object({
    locations: z.array(
      z.object({
        location_id: Uuid.nullable(),
        location_name: z.string().nullable(),
        cameras: z.int(),
        camera_days: z.number(),
        from: Time,
        to: Time,
      }),
    ),
    camera_days: z.number().meta({ description: 'Of all places together' }),
  })
  .meta({ id: 'EffortReport' });

export const RichnessReport = z
  .object({
    locations: z.array(
      z.object({
        location_id: Uuid.nullable(),
        location_name: z.string().nullable(),
        kinds: z.array(z.object({ ...Kind, records: Records })).meta({
          description:
            'Those that must be different; a wide group only where nothing narrower of it was seen',
        }),
        species: z.int().meta({ description: 'Those of them that are species' }),
      }),
    ),
    interval_minutes: z.number(),
  })
  .meta({ id: 'RichnessReport' });
