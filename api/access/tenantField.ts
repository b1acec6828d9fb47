import { z } from 'zod';
import { notFound } from '../problem.ts';

const FIELD = 'tenant_name';

/** Names of tenants that a request may say, and the one that is meant when it says none. */
export interface Naming {
  names: ReadonlySet<string>;
  home: string;
  /** Told when a request says one. */
  meant(name: string): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** The object that a schema takes, without what may be around it. */
function objectOf(schema: unknown): z.ZodObject | null {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPipe) return objectOf(schema.in) ?? objectOf(schema.out);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return objectOf(schema.def.innerType);
  }
  return null;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a schema has the field, itself or in an object of it. */
export function namesTenant(schema: unknown): boolean {
  const shape = objectOf(schema)?.shape;
  return shape !== undefined && (FIELD in shape || Object.values(shape).some(namesTenant));
}

/** @throws Problem 404, the same for a tenant of others as for one that nobody has */
function nameIn(given: unknown, naming: Naming): unknown {
  if (given === undefined || given === null || given === '') return naming.home;
  // What is no text at all is the schema's to refuse.
  if (typeof given !== 'string') return given;
  const name = given.trim();
  if (!naming.names.has(name)) throw notFound('tenant');
  naming.meant(name);
  return name;
}

/** Puts the tenant into the fields of a form, or of the metadata of an upload. @throws Problem 404 */
export function nameTenant(fields: Fields, naming: Naming | null): Fields {
  return naming === null ? fields : { ...fields, [FIELD]: nameIn(fields[FIELD], naming) };
}

/**
 * What a request gave, with the tenant that it means wherever its schema has a place for one.
 * @throws Problem 404: it names a tenant that is not the caller's
 */
export function withTenant(schema: z.ZodType, given: unknown, naming: Naming | null): unknown {
  const shape = objectOf(schema)?.shape;
  if (naming === null || shape === undefined || !namesTenant(schema)) return given;
  if (given !== undefined && !isFields(given)) return given;
  const fields: Fields = given ?? {};
  const named = FIELD in shape ? nameTenant(fields, naming) : fields;
  const inner = Object.entries(shape).flatMap(([key, of]) =>
    isFields(fields[key]) && namesTenant(of) ? [[key, withTenant(of as z.ZodType, fields[key], naming)]] : [],
  );
  return { ...named, ...Object.fromEntries(inner) };
}
