import { z } from 'zod';
import { TenantName, Time, TimeZone, Uuid } from './common.ts';

const Name = z.string().trim().min(1).max(200);

export const UserCreate = z
  .object({ name: Name, email: z.email().max(320).nullish(), tenant_name: TenantName.optional() })
  .meta({
    id: 'UserCreate',
    examples: [{ name: 'Ada' }],
  });
export const User = z
  .object({ id: Uuid, name: z.string(), email: z.string().nullable(), created_at: Time })
  .meta({ id: 'User' });
export const UserList = z.array(User).meta({ id: 'UserList' });

/** Which kinds of animals can be there. */
const country = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 3166-1 alpha-3 code, such as DEU')
  .meta({ description: 'ISO 3166-1 alpha-3', example: 'DEU' });
const admin1 = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be two capital letters, such as CA')
  .meta({ description: 'The state, in two letters; only looked at in the USA', example: 'CA' });
export const placing = { country: country.nullish(), admin1: admin1.nullish() };

export const LocationCreate = z
  .object({
    name: Name,
    latitude: z.number().min(-90).max(90).nullish(),
    longitude: z.number().min(-180).max(180).nullish(),
    timezone: TimeZone.nullish(),
    ...placing,
    tenant_name: TenantName.optional(),
  })
  .meta({
    id: 'LocationCreate',
    examples: [{ name: 'North gate', latitude: 51.5, longitude: -0.12, timezone: 'Europe/London' }],
  });
export const LocationChange = z.strictObject(placing).meta({
  id: 'LocationChange',
  description: 'What is absent stays as it is. Pictures that are classified from then on are told by it',
});
export const Location = z
  .object({
    id: Uuid,
    name: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    timezone: z.string().nullable(),
    country: z.string().nullable(),
    admin1: z.string().nullable(),
    created_at: Time,
  })
  .meta({ id: 'Location' });
export const LocationList = z.array(Location).meta({ id: 'LocationList' });
