/** What is read of a JSON schema. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  format?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  contentEncoding?: string;
}

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '0b8f3c52-3f0a-4b53-9d2e-6c1f8f0f7a11',
  'date-time': '2026-05-31T08:25:38.000Z',
  date: '2026-05-31',
  email: 'ada@example.org',
  uri: 'https://example.org/photos/',
};

/** A value that fits a schema, made of its examples and defaults where it has them. */
export function sampleOf(schema: Schema, components: Readonly<Record<string, Schema>>): unknown {
  if (schema.$ref !== undefined) {
    const named = components[schema.$ref.split('/').at(-1) ?? ''];
    return named === undefined ? null : sampleOf(named, components);
  }
  const given = [schema.example, schema.examples?.[0], schema.const, schema.default, schema.enum?.[0]];
  const known = given.find((value) => value !== undefined);
  if (known !== undefined) return known;
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice !== undefined) return sampleOf(choice, components);
  switch ([schema.type].flat().find((type) => type !== 'null')) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name, property]) => schema.required?.includes(name) || property.example !== undefined)
          .map(([name, property]) => [name, sampleOf(property, components)]),
      );
    case 'array':
      return schema.items === undefined ? [] : [sampleOf(schema.items, components)];
    case 'string':
      return BY_FORMAT[schema.format ?? ''] ?? '';
    case 'integer':
    case 'number':
      return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
    case 'boolean':
      return false;
    default:
      return null;
  }
}
