import { z } from 'zod';
import { Uuid } from './common.ts';

/** Of requests for pictures. */
export const Unblurred = z.object({
  unblurred: z.stringbool().default(false).meta({
    description: 'Show people whom the tenant hides. Takes a manager, and is written to the audit log',
  }),
});

const settings = {
  blur_people: z
    .boolean()
    .meta({ description: 'Make people unrecognisable in renditions, and hold back what would show them' }),
  margin: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'How far around the box of a person, as a share of its size', example: 0.15 }),
};

export const PrivacyChange = z
  .strictObject({ blur_people: settings.blur_people, margin: settings.margin.default(0.15) })
  .meta({ id: 'PrivacyChange' });

export const Privacy = z.object({ tenant_name: z.string(), ...settings }).meta({ id: 'Privacy' });

export const PrivacyChanged = z
  .object({
    ...Privacy.shape,
    reprocess_id: Uuid.nullable().meta({
      description: 'Makes renditions anew; what is asked for before is made at once. `null`: none has to be',
    }),
  })
  .meta({ id: 'PrivacyChanged' });
