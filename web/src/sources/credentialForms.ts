/** One way to say who one is, as `GET /source-kinds` describes it. */
export interface CredentialForm {
  type: string;
  fields: readonly { name: string; secret: boolean; needed: boolean; long: boolean }[];
}

interface Property {
  const?: unknown;
  type?: string;
}
interface ObjectSchema {
  properties?: Record<string, Property>;
  required?: string[];
  oneOf?: ObjectSchema[];
  anyOf?: ObjectSchema[];
}

const SECRET = /pass|secret|token|key|value/i;
/** Files of several lines: keys of SSH and of service accounts. */
const LONG = /^(private_?key|key|json|client_json)$/i;

/** The forms of a kind of source; those with fields that are no plain text are left to the API. */
export function credentialForms(schema: Record<string, unknown> | null): CredentialForm[] {
  if (schema === null) return [];
  const all = (schema as ObjectSchema).oneOf ?? (schema as ObjectSchema).anyOf ?? [schema as ObjectSchema];
  return all.flatMap(({ properties = {}, required = [] }) => {
    const type = properties['type']?.const;
    const fields = Object.entries(properties).filter(([name]) => name !== 'type');
    if (typeof type !== 'string' || fields.some(([, { type: of }]) => of !== 'string')) return [];
    return [
      {
        type,
        fields: fields.map(([name]) => ({
          name,
          secret: SECRET.test(name) && !LONG.test(name),
          needed: required.includes(name),
          long: LONG.test(name),
        })),
      },
    ];
  });
}
