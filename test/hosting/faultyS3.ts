import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { S3Settings } from '../../stores/objects/s3/settings.ts';
import { signHeaders } from '../../stores/objects/s3/signature.ts';
import { seeded } from './seeded.ts';

/**
 * What may go wrong with a request.
 *
 * - `slowDown`, `error`: refused with 503 or 500 before anything is done.
 * - `doneThenError`: carried out, and answered with 500 all the same.
 * - `hang`: taken and never answered.
 * - `keepPart`: of a PUT only the first 60 % of the bytes are stored, and it is called a success.
 * - `cutRead`: the connection ends after 60 % of the bytes that were announced.
 * - `shortRead`: 60 % of the bytes, announced as if they were all.
 * - `full`: the answer of a store without room.
 */
export const FAULTS = [
  'slowDown',
  'error',
  'doneThenError',
  'hang',
  'keepPart',
  'cutRead',
  'shortRead',
  'full',
] as const;
export type Fault = (typeof FAULTS)[number];

/** A proxy before a real S3 server that can be told to misbehave. */
export interface FaultyS3 {
  endpoint: string;
  /** Share of the requests that each fault befalls; those it cannot befall are left alone. */
  shares: Partial<Record<Fault, number>>;
  /** Only of requests like these. */
  only: (request: http.IncomingMessage) => boolean;
  /** How often each was done so far. */
  done: Record<Fault, number>;
  /** Requests so far, by method. */
  asked: Record<string, number>;
  close(): Promise<void>;
}

const isWrite = (method: string): boolean => method === 'PUT';
const CAN: Partial<Record<Fault, (method: string) => boolean>> = {
  keepPart: isWrite,
  full: (method) => method === 'PUT' || method === 'POST',
  cutRead: (method) => method === 'GET',
  shortRead: (method) => method === 'GET',
};

const errorBody = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made for a test</Message></Error>`;

export async function startFaultyS3(settings: S3Settings, seed = 1): Promise<FaultyS3> {
  const dice = seeded(seed);
  const upstream = new http.Agent({ keepAlive: true });
  const hanging = new Set<http.ServerResponse>();
  const faulty: FaultyS3 = {
    endpoint: '',
    shares: {},
    only: () => true,
    done: Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>,
    asked: {},
    async close() {
      server.closeAllConnections();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  function choose(request: http.IncomingMessage): Fault | null {
    if (!faulty.only(request)) return null;
    let at = dice();
    for (const fault of FAULTS) {
      const share = faulty.shares[fault] ?? 0;
      if (at < share) return (CAN[fault]?.(request.method ?? '') ?? true) ? fault : null;
      at -= share;
    }
    return null;
  }

  function forward(
    request: http.IncomingMessage,
    body: Buffer,
    headers: http.OutgoingHttpHeaders,
  ): Promise<{ answer: http.IncomingMessage; bytes: Buffer }> {
    return new Promise((resolve, reject) => {
      const target = new URL(settings.endpoint);
      const onward = http.request(
        {
          host: target.hostname,
          port: target.port,
          method: request.method,
          path: request.url,
          headers,
          agent: upstream,
        },
        (answer) => buffer(answer).then((bytes) => resolve({ answer, bytes }), reject),
      );
      onward.on('error', reject);
      onward.end(body);
    });
  }

  /** The same request for a part of the bytes, signed anew, or the server would notice. */
  function shortened(request: http.IncomingMessage, part: Buffer): http.OutgoingHttpHeaders {
    const kept = Object.entries(request.headers).filter(
      ([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'),
    );
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    const signed = signHeaders(
      {
        method: 'PUT',
        url,
        headers: Object.fromEntries(kept) as Record<string, string>,
        payload: createHash('sha256').update(part).digest('hex'),
      },
      settings,
    );
    return { ...signed, 'content-length': part.length };
  }

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const method = request.method ?? '';
    faulty.asked[method] = (faulty.asked[method] ?? 0) + 1;
    const fault = choose(request);
    const note = (): void => {
      if (fault !== null) faulty.done[fault] += 1;
    };
    const refuse = (status: number, code: string): void => {
      note();
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(method === 'HEAD' ? undefined : errorBody(code));
    };
    const body = await buffer(request);
    if (fault === 'hang') {
      note();
      hanging.add(response);
      return;
    }
    if (fault === 'slowDown') return refuse(503, 'SlowDown');
    if (fault === 'error') return refuse(500, 'InternalError');
    if (fault === 'full') return refuse(507, 'InsufficientStorage');
    if (fault === 'keepPart' && body.length > 1) {
      note();
      const part = body.subarray(0, Math.floor(body.length * 0.6));
      const { answer, bytes } = await forward(request, part, shortened(request, part));
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.end(bytes);
      return;
    }
    const { answer, bytes } = await forward(request, body, request.headers);
    if (fault === 'doneThenError') return refuse(500, 'InternalError');
    const status = answer.statusCode ?? 500;
    const part = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    if (fault === 'shortRead' && bytes.length > 1 && status < 300) {
      note();
      response.writeHead(status, { ...answer.headers, 'content-length': part.length });
      response.end(part);
      return;
    }
    response.writeHead(status, answer.headers);
    if (fault === 'cutRead' && bytes.length > 1 && status < 300) {
      note();
      response.write(part, () => setImmediate(() => response.socket?.destroy()));
      return;
    }
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  faulty.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return faulty;
}
