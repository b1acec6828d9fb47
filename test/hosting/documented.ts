import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { allRoutes } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { packageVersion } from '../../cli/location.ts';
import { readConfig } from '../../config.ts';

/** The parts of the document that answers are compared with. */
interface DescribedHeader {
  required?: boolean;
  $ref?: string;
}
interface DescribedAnswer {
  content?: Record<string, { schema?: object }>;
  headers?: Record<string, DescribedHeader>;
  $ref?: string;
}
interface Operation {
  responses: Record<string, DescribedAnswer>;
}

const routes = allRoutes({ config: readConfig({}) } as ApiDeps);
const document = JSON.parse(JSON.stringify(openApiDocument(routes, packageVersion()))) as {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, DescribedAnswer>; headers: Record<string, DescribedHeader> };
};

const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
addFormats.default(ajv);
ajv.addSchema(document, 'document');
const compiled = new Map<string, ValidateFunction>();

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

function validatorAt(pointer: string): ValidateFunction {
  let validate = compiled.get(pointer);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `document#${pointer}` });
    compiled.set(pointer, validate);
  }
  return validate;
}

/** Paths with the fewest parameters first, as `/uploads/tus/{id}` before `/{anything}/{else}`. */
const PATHS = Object.entries(document.paths)
  .map(([path, operations]) => ({
    path,
    operations,
    pattern: new RegExp(
      `^${path
        .replace(/\/$/, '')
        .replace(/[.]/g, '\\.')
        .replace(/\{\w+\}/g, '[^/]+')}/?$`,
    ),
    parameters: path.split('{').length,
  }))
  .sort((a, b) => a.parameters - b.parameters);

/** Whether a media type of the document, which may have a wildcard, is that of an answer. */
function isType(described: string, given: string): boolean {
  return described.endsWith('/*') ? given.startsWith(described.slice(0, -1)) : described === given;
}

interface Sent {
  /** `undefined`: no JSON. */
  body: unknown;
  isEmpty: boolean;
}

const BODILESS = new Set([204, 304]);

/** What is wrong with an answer by the document; `null`: nothing, or nothing is said of it there. */
function faultOf(method: string, pathname: string, response: Response, sent: Sent): string | null {
  const at = pathname.replace(/^\/api\/v1(?=\/)/, '');
  const found = PATHS.find(({ pattern }) => pattern.test(at));
  const operation = found?.operations[method];
  if (found === undefined || operation === undefined) return null;
  const named = operation.responses[response.status];
  // What cannot be read as HTTP never gets as far as an operation.
  if (response.status === 431) return null;
  if (named === undefined) return `the status ${response.status} is not described`;
  const component = named.$ref?.split('/').at(-1);
  const answer = component === undefined ? named : document.components.responses[component];
  const place =
    component === undefined
      ? `/paths/${escapePointer(found.path)}/${method}/responses/${response.status}`
      : `/components/responses/${component}`;
  for (const [name, described] of Object.entries(answer?.headers ?? {})) {
    const { required } = document.components.headers[described.$ref?.split('/').at(-1) ?? ''] ?? described;
    if (required === true && !response.headers.has(name)) return `the header ${name} is missing`;
  }
  if (sent.isEmpty) return null;
  const given = response.headers.get('content-type')?.split(';')[0]?.trim();
  const types = Object.keys(answer?.content ?? {});
  if (types.length === 0 || given === undefined) {
    return types.length === 0 && given === undefined ? null : `a body of the type ${given} is not described`;
  }
  const type = types.find((each) => isType(each, given));
  if (type === undefined) return `a body of the type ${given} is not described`;
  const { body } = sent;
  if (body === undefined) return null;
  const validate = validatorAt(`${place}/content/${escapePointer(type)}/schema`);
  return validate(body)
    ? null
    : `${ajv.errorsText(validate.errors)}\nin ${JSON.stringify(body).slice(0, 2_000)}`;
}

const watched = new Set<string>();
const plainFetch = globalThis.fetch;

/** Everything that tests fetch from a running product is compared with what its document says. */
globalThis.fetch = async (input, init) => {
  const response = await plainFetch(input, init);
  const { url, method } = input instanceof Request ? input : { url: String(input), method: 'GET' };
  const { origin, pathname } = new URL(url);
  // What a redirect leads to is not ours to describe.
  if (!watched.has(origin) || response.redirected) return response;
  const asked = (init?.method ?? method).toLowerCase();
  // The answer to HEAD is that to GET, without its body.
  if (asked === 'head') return response;
  const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson ? await response.clone().json() : undefined;
  // Some libraries name a type for nothing.
  const isEmpty =
    BODILESS.has(response.status) ||
    (/^text\/plain\b/.test(response.headers.get('content-type') ?? '') &&
      (await response.clone().text()) === '');
  const fault = faultOf(asked, pathname, response, { body, isEmpty });
  if (fault !== null) {
    throw new Error(`${asked.toUpperCase()} ${pathname} (${response.status}) is not as documented: ${fault}`);
  }
  return response;
};

/** Has the answers of a running product compared with its document. */
export function watchAnswers(origin: string): void {
  watched.add(origin);
}
