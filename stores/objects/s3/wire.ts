import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { urlOf } from './address.ts';
import { Refused } from './refusal.ts';
import type { S3Settings } from './settings.ts';
import { signHeaders } from './signature.ts';

/** SHA-256 of nothing. */
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** Slower than this is as good as hung. */
const SLOWEST_BYTES_PER_MS = 128;
const CONNECTIONS = 48;
const MAX_TEXT = 16 * 2 ** 20;

export interface Body {
  bytes: number;
  /** Of the bytes, hex: the signature covers it, so a server refuses a body that changed on the way. */
  sha256: string;
  /** Called for each try. */
  open(): Buffer | Readable;
}

export interface S3Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** `null`: the bucket. */
  key: string | null;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Body;
  /** Answers that are right; every other one is thrown as `Refused`. */
  right: readonly number[];
}

export interface S3Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Wire {
  /** One request with a short answer. @throws Refused, or what the network threw */
  ask(request: S3Request): Promise<S3Answer & { text: string }>;
  /** One request whose answer is bytes; its end is the caller's. An answer that pauses too long breaks off. */
  stream(request: S3Request): Promise<S3Answer & { body: Dispatcher.ResponseData['body'] }>;
  /** How long the patience with a request that carries so many bytes should be, in milliseconds. */
  patienceFor(bytes: number): number;
}

/** Signed requests to one bucket, each with a deadline: to connect, to answer, between two chunks, and as a whole. */
export function createWire(settings: S3Settings): Wire {
  const { requestTimeoutMs } = settings;
  const agent = new Agent({
    connect: { timeout: Math.min(requestTimeoutMs, 10_000) },
    bodyTimeout: requestTimeoutMs,
    connections: CONNECTIONS,
    keepAliveTimeout: 20_000,
  });
  const allowance = (bytes: number): number => Math.ceil(bytes / SLOWEST_BYTES_PER_MS);

  /** @param take what becomes of a right answer; the deadline holds until it is done */
  async function send<T>(
    { method, key, query, headers = {}, body, right }: S3Request,
    take: (answer: Dispatcher.ResponseData) => T | Promise<T>,
  ): Promise<T> {
    const url = urlOf(settings.endpoint, settings, key, query);
    const signed = signHeaders({ method, url, headers, payload: body?.sha256 ?? NOTHING }, settings);
    const allowed = requestTimeoutMs + allowance(body?.bytes ?? 0);
    const opened = body?.open() ?? null;
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(Object.assign(new Error('no answer in time'), { code: 'TIMEOUT' })),
      allowed,
    );
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: body === undefined ? signed : { ...signed, 'content-length': String(body.bytes) },
        body: opened,
        // While a stream is sent, every chunk that leaves starts it anew.
        headersTimeout: Buffer.isBuffer(opened) ? allowed : requestTimeoutMs,
        signal: deadline.signal,
      });
      if (right.includes(answer.statusCode)) return await take(answer);
      throw new Refused(answer.statusCode, await shortText(answer), answer.headers);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    ask: (request) =>
      send(request, async (answer) => ({
        status: answer.statusCode,
        headers: answer.headers,
        text: await shortText(answer),
      })),
    stream: (request) =>
      send(request, ({ statusCode, headers, body }) => ({ status: statusCode, headers, body })),
    patienceFor: (bytes) => 4 * requestTimeoutMs + 2 * allowance(bytes),
  };
}

async function shortText({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT) throw new Error('The answer of the object store has no end.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
