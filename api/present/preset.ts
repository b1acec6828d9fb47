import type { z } from 'zod';
import type { PresetRow } from '../../stores/presets.ts';
import type { Preset } from '../schemas/renditions.ts';

export function presentPreset({ builtIn, createdAt, ...row }: PresetRow): z.input<typeof Preset> {
  return { ...row, built_in: builtIn, created_at: builtIn ? null : createdAt.toISOString() };
}
