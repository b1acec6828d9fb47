import type { Attributes, FinishedSpan } from './span.ts';

const KINDS = { internal: 1, server: 2, client: 3 } as const;
const UNSET = 0;
const ERROR = 2;

const nano = (ms: number): string => `${BigInt(Math.round(ms * 1_000)) * 1_000n}`;

const anyValue = (value: string | number | boolean) => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};

const listed = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

/** Spans as OTLP over HTTP says them in JSON (https://opentelemetry.io/docs/specs/otlp/). */
export function otlpBody(resource: Attributes, spans: readonly FinishedSpan[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: listed(resource) },
        scopeSpans: [
          {
            scope: { name: 'tributary' },
            spans: spans.map((span) => ({
              traceId: span.traceId,
              spanId: span.spanId,
              ...(span.parentSpanId !== null && { parentSpanId: span.parentSpanId }),
              name: span.name,
              kind: KINDS[span.kind],
              startTimeUnixNano: nano(span.startMs),
              endTimeUnixNano: nano(span.endMs),
              attributes: listed({
                ...span.attributes,
                ...(span.error !== null && { 'error.type': span.error }),
              }),
              status: { code: span.error === null ? UNSET : ERROR },
            })),
          },
        ],
      },
    ],
  });
}
