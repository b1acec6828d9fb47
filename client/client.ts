import createClient, { type Client } from 'openapi-fetch';
import { type Patience, patient } from './patience.ts';
import { NO_ANSWER, Problem, problemFrom } from './problem.ts';
import type { components, paths } from './schema.d.ts';

export { Problem } from './problem.ts';
export type { paths } from './schema.d.ts';

/** The bodies of the API, by name. */
export type Schemas = components['schemas'];

export interface ClientOptions extends Partial<Patience> {
  /** Such as `https://images.example.org`; empty in a page that the server itself gave out. */
  baseUrl: string;
  /** An API key or an access token. */
  token?: string;
  fetch?: (request: Request) => Promise<Response>;
  /** Called after each call: `null` when it was answered, else with what went wrong. */
  onAnswer?: (problem: Problem | null) => void;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

type ImageQuery = NonNullable<paths['/images']['get']['parameters']['query']>;

export interface TributaryClient {
  /** Every operation of the API by method and path, typed: `api.GET('/imports/{id}', …)`. */
  api: Client<paths>;
  /** What a call was answered. @throws Problem */
  ask<T>(call: Promise<Answer<T>>): Promise<T>;
  /** Adds one picture; the same bytes again give the same asset. @throws Problem */
  upload(file: Blob, name: string, options?: { tenantName?: string }): Promise<Schemas['UploadResult']>;
  /** Resolves when an import has ended or waits for a person. @throws Problem, or the signal's reason */
  waitForImport(id: string, options?: { signal?: AbortSignal }): Promise<Schemas['Import']>;
  /** All images that fit, page by page behind the scenes. @throws Problem */
  images(query?: Omit<ImageQuery, 'page' | 'cursor' | 'count'>): AsyncGenerator<Schemas['Image']>;
}

const DEADLINE_MS = 20_000;
const RETRIES = 3;
const LOOK_MS = 500;
const UNDER_WAY = new Set<string>(['pending', 'processing']);

/** A client of the API. Requests that create carry an `Idempotency-Key`, so asking again never does anything twice. */
export function createTributaryClient(options: ClientOptions): TributaryClient {
  const { baseUrl, token, onAnswer = () => {} } = options;
  const fetchOnce = options.fetch ?? ((request) => fetch(request));
  const api = createClient<paths>({
    baseUrl,
    fetch: patient(fetchOnce, {
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      retries: options.retries ?? RETRIES,
    }),
  });
  api.use({
    onRequest({ request }) {
      if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
      if (request.method === 'POST' && !request.headers.has('Idempotency-Key'))
        request.headers.set('Idempotency-Key', newKey());
      return request;
    },
  });

  async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
    const answer = await call.catch(() => null);
    if (answer?.response.ok && answer.data !== undefined) {
      onAnswer(null);
      return answer.data;
    }
    const problem =
      answer === null ? new Problem(0, NO_ANSWER) : problemFrom(answer.response.status, answer.error);
    onAnswer(problem);
    throw problem;
  }

  return {
    api,
    ask,
    upload(file, name, { tenantName } = {}) {
      const form = new FormData();
      if (tenantName !== undefined) form.append('tenant_name', tenantName);
      form.append('file', file, name);
      return ask(
        api.POST('/upload/', { body: form as never, bodySerializer: (body) => body as unknown as FormData }),
      );
    },
    async waitForImport(id, { signal } = {}) {
      for (;;) {
        signal?.throwIfAborted();
        const job = await ask(api.GET('/imports/{id}', { params: { path: { id } } }));
        if (!UNDER_WAY.has(job.state)) return job;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
    async *images(query = {}) {
      let cursor: string | null = null;
      do {
        const page: Schemas['ImageList'] = await ask(
          api.GET('/images', {
            params: { query: { ...query, count: 'none', ...(cursor === null ? {} : { cursor }) } },
          }),
        );
        yield* page.images;
        cursor = page.next_cursor;
      } while (cursor !== null);
    },
  };
}

/** `crypto.randomUUID` is there in secure contexts only; a page may be served over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
