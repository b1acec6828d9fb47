import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, string | boolean> }[];
  status: { code: number };
  service: string;
}

interface Body {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<ReceivedSpan, 'service'>[] }[];
  }[];
}

/** Takes traces as a collector does: OTLP in JSON, by POST to `/v1/traces`. */
export interface TraceReceiver {
  url: string;
  spans: ReceivedSpan[];
  /** Headers of the last request. */
  headers(): Record<string, unknown>;
  close(): Promise<void>;
}

export async function startTraceReceiver(): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = [];
  let last: Record<string, unknown> = {};
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    if (req.method !== 'POST' || req.url !== '/v1/traces') {
      res.writeHead(404).end();
      return;
    }
    last = req.headers;
    for (const { resource, scopeSpans } of (JSON.parse(text) as Body).resourceSpans) {
      const named = resource.attributes.find(({ key }) => key === 'service.name');
      for (const scope of scopeSpans)
        for (const span of scope.spans) spans.push({ ...span, service: named?.value.stringValue ?? '' });
    }
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers: () => last,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
