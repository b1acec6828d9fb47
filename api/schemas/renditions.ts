import { z } from 'zod';
import { FLY_WIDTHS, isFlyName, MAX_FLY_SIDE } from '../../domain/fly.ts';
import { CENTRE, CHROMAS, FITS, MAX_PRESET_SIDE, RENDITION_FORMATS } from '../../domain/presets.ts';
import { FocalPoint } from './assets.ts';
import { TenantName, Time } from './common.ts';

export const PresetName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/,
    'must be 1 to 32 small letters, digits and dashes, with no dash at its ends',
  )
  .refine((name) => !isFlyName(name), 'must not begin with "fly-"');

export const ForTenant = z.object({
  tenant_name: TenantName.optional().meta({ description: 'Default: the default tenant' }),
});

/** An AVIF beyond this takes more memory to encode than a decoder may have. */
const MAX_AVIF_SIDE = 2_048;
const Side = z.int().min(1).max(MAX_PRESET_SIDE);
const Quality = z.int().min(1).max(100);

const definition = z.strictObject({
  fit: z.enum(FITS).default('inside').meta({
    description:
      '`inside`: whole, as large as fits; `cover`: fills the box and is cut; `contain`: whole, on a background. Nothing is enlarged',
  }),
  width: Side,
  height: Side,
  format: z.enum(RENDITION_FORMATS).default('jpeg'),
  quality: Quality.default(80),
  chroma: z
    .enum(CHROMAS)
    .default('4:2:0')
    .meta({ description: 'Resolution of colour; 4:4:4 keeps thin coloured lines. WebP has 4:2:0 only' }),
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/, 'must look like #rrggbb, in small letters')
    .default('#ffffff')
    .meta({ description: 'Around a contained picture' }),
  focus: FocalPoint.default(CENTRE).meta({
    description: 'What a covering picture is cut around, unless its asset has a focal point of its own',
  }),
  eager: z.boolean().default(false).meta({ description: 'Made with every picture that comes in' }),
});

type Definition = z.output<typeof definition>;

function affordable(preset: Definition, context: z.core.$RefinementCtx<Definition>): void {
  if (preset.format !== 'avif') return;
  if (preset.eager) {
    context.addIssue({
      code: 'custom',
      path: ['eager'],
      message: 'AVIF takes too long to be made with every picture; let it be made when it is asked for',
    });
  }
  if (Math.max(preset.width, preset.height) > MAX_AVIF_SIDE) {
    context.addIssue({
      code: 'custom',
      path: ['width'],
      message: `AVIF may have ${MAX_AVIF_SIDE} pixels a side`,
    });
  }
}

export const PresetChange = definition.superRefine(affordable).meta({ id: 'PresetChange' });

export const PresetCreate = definition
  .extend({ name: PresetName })
  .superRefine(affordable)
  .meta({ id: 'PresetCreate' });

export const Preset = z
  .object({
    name: z.string(),
    version: z.int(),
    built_in: z.boolean().meta({ description: 'Every tenant has it, and none can change it' }),
    ...definition.shape,
    created_at: Time.nullable().meta({ description: 'Of this version; null for what is built in' }),
  })
  .meta({ id: 'Preset' });

export const PresetList = z.object({ presets: z.array(Preset), count: z.int() }).meta({ id: 'PresetList' });

const flyShape = {
  fit: z.enum(FITS),
  quality: Quality,
};

/** In a query everything is text. */
export const RenderQuery = z
  .object({
    width: z.coerce.number().int().min(1).max(MAX_FLY_SIDE).optional(),
    height: z.coerce.number().int().min(1).max(MAX_FLY_SIDE).optional(),
    fit: flyShape.fit.default('inside'),
    format: z
      .enum([...RENDITION_FORMATS, 'auto'])
      .default('jpeg')
      .meta({
        description: '`auto`: AVIF or WebP where `Accept` names it, JPEG otherwise',
      }),
    quality: z.coerce.number().int().min(1).max(100).optional(),
  })
  .meta({
    description: `Without a signature only these widths are made: ${FLY_WIDTHS.join(', ')}; with fit=inside and nothing else but a format.`,
  });

export const LinkRequest = z
  .strictObject({
    preset: z.string().max(64).optional(),
    width: z.int().min(1).max(MAX_FLY_SIDE).optional(),
    height: z.int().min(1).max(MAX_FLY_SIDE).optional(),
    fit: flyShape.fit.optional(),
    format: z.enum([...RENDITION_FORMATS, 'auto']).optional(),
    quality: flyShape.quality.optional(),
    expires_in: z
      .int()
      .min(1)
      .max(7 * 86_400)
      .default(3_600)
      .meta({ description: 'Seconds, seven days at most' }),
  })
  .superRefine(({ preset, width, height, fit, format, quality }, context) => {
    const size = width ?? height;
    const more = size ?? fit ?? format ?? quality;
    if ((preset === undefined) === (size === undefined) || (preset !== undefined && more !== undefined)) {
      context.addIssue({ code: 'custom', path: ['preset'], message: 'name either a preset or a size' });
    }
    if (fit !== undefined && fit !== 'inside' && (width === undefined || height === undefined)) {
      context.addIssue({ code: 'custom', path: ['fit'], message: BOTH_SIDES });
    }
  })
  .meta({ id: 'LinkRequest' });

export const BOTH_SIDES = 'cover and contain need a width and a height';

export const Link = z.object({ url: z.string(), expires_at: Time }).meta({ id: 'Link' });

export const AssetChange = z
  .strictObject({
    focal_point: FocalPoint.nullable().meta({ description: 'null: none of its own' }),
  })
  .meta({ id: 'AssetChange' });
