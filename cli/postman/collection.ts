import { type Schema, sampleOf } from './sample.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  $ref?: string;
}
interface Operation {
  summary: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
/** What is read of an OpenAPI document. */
export interface Described {
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; parameters?: Record<string, Parameter> };
}

const BASE = '{{base_url}}';
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');

/** The collection that Postman and its kin import, version 2.1: a folder for each tag, a request for each operation. */
export function collectionOf(document: Described): object {
  const schemas = document.components?.schemas ?? {};
  const sample = (schema: Schema | undefined): unknown =>
    schema === undefined ? '' : sampleOf(schema, schemas);
  const resolved = (parameter: Parameter): Parameter =>
    document.components?.parameters?.[parameter.$ref?.split('/').at(-1) ?? ''] ?? parameter;

  function bodyOf({ requestBody }: Operation): object | undefined {
    const [[type, { schema }] = ['', { schema: {} }]] = Object.entries(requestBody?.content ?? {});
    if (type === 'application/json') {
      const raw = JSON.stringify(sample(schema), null, 2);
      return { mode: 'raw', raw, options: { raw: { language: 'json' } } };
    }
    if (type !== 'multipart/form-data') return undefined;
    const formdata = Object.entries(schema.properties ?? {}).map(([key, property]) => {
      const isFile = [property, property.items].some((part) => part?.contentEncoding === 'binary');
      const optional = !schema.required?.includes(key);
      return isFile
        ? { key, type: 'file', src: '', disabled: optional }
        : { key, type: 'text', value: textOf(sample(property)), disabled: optional };
    });
    return { mode: 'formdata', formdata };
  }

  function requestOf(path: string, method: string, operation: Operation): object {
    const parameters = (operation.parameters ?? []).map(resolved);
    const of = (place: string) =>
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, required, description, schema }) => ({
          key: name,
          value: textOf(sample(schema)),
          ...(description === undefined ? {} : { description }),
          ...(place === 'path' ? {} : { disabled: required !== true }),
        }));
    const body = bodyOf(operation);
    const target = path.replace(/\{(\w+)\}/g, ':$1');
    return {
      name: operation.summary,
      request: {
        method: method.toUpperCase(),
        header: [
          ...(body !== undefined && 'raw' in body
            ? [{ key: 'Content-Type', value: 'application/json' }]
            : []),
          ...of('header'),
        ],
        url: {
          raw: `${BASE}${target}`,
          host: [BASE],
          path: target.slice(1).split('/'),
          query: of('query'),
          variable: of('path'),
        },
        ...(body === undefined ? {} : { body }),
      },
    };
  }

  const described = new Map((document.tags ?? []).map(({ name, description }) => [name, description]));
  const requests = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      tag: operation.tags[0] ?? 'other',
      item: requestOf(path, method, operation),
    })),
  );
  return {
    info: {
      name: `${document.info.title} ${document.info.version}`,
      description: document.info.description ?? '',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [{ key: 'base_url', value: 'http://127.0.0.1:8000' }],
    item: [...new Set([...described.keys(), ...requests.map(({ tag }) => tag)])].map((name) => ({
      name,
      description: described.get(name) ?? '',
      item: requests.filter(({ tag }) => tag === name).map(({ item }) => item),
    })),
  };
}
