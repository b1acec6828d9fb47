import { otlpBody } from './otlp.ts';
import {
  type Attributes,
  type FinishedSpan,
  type NewSpan,
  parseTraceparent,
  runSpan,
  type SpanContext,
} from './span.ts';

export interface TraceSettings {
  /** Takes OTLP in JSON by POST. */
  url: string;
  headers: Record<string, string>;
  /** Share of traces that begin here and are kept, 0 to 1. Others keep what their beginning decided. */
  ratio: number;
  /** `service.name` and what else is the same for all spans of the process. */
  resource: Attributes;
}

export interface Tracer {
  /** @param parent a `traceparent`; anything else begins a trace */
  span<T>(parent: unknown, span: NewSpan, work: () => Promise<T>): Promise<T>;
  /** Only where the parent is a trace that is kept. */
  childOf<T>(parent: unknown, span: NewSpan, work: () => Promise<T>): Promise<T>;
  record(span: FinishedSpan): void;
  /** Sends what is left; gives up after some seconds. */
  close(): Promise<void>;
}

const FLUSH_MS = 1_000;
const BATCH = 512;
/** Spans that wait while the receiver is away; more are dropped. */
const MOST = 8_192;
const POST_MS = 5_000;
const COMPLAIN_MS = 60_000;

/** Sends spans in the background. A receiver that is away costs spans and never a request. */
export function createTracer(
  { url, headers, ratio, resource }: TraceSettings,
  complain: (why: string) => void,
): Tracer {
  let waiting: FinishedSpan[] = [];
  let sending: Promise<void> | null = null;
  let complainedAt = Number.NEGATIVE_INFINITY;

  async function post(spans: readonly FinishedSpan[]): Promise<void> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: otlpBody(resource, spans),
        signal: AbortSignal.timeout(POST_MS),
        redirect: 'error',
      });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    } catch (error) {
      if (performance.now() - complainedAt < COMPLAIN_MS) return;
      complainedAt = performance.now();
      complain(error instanceof Error ? error.message : String(error));
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) await post(waiting.splice(0, BATCH));
  }

  function flush(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = null;
    });
    return sending;
  }

  const timer = setInterval(() => void flush(), FLUSH_MS).unref();
  const record = (span: FinishedSpan): void => {
    if (waiting.length < MOST) waiting.push(span);
  };
  const isKept = (parent: SpanContext | null): boolean => parent?.sampled ?? Math.random() < ratio;

  return {
    span(given, span, work) {
      const parent = parseTraceparent(given);
      return runSpan(record, parent, isKept(parent), span, work);
    },
    childOf(given, span, work) {
      const parent = parseTraceparent(given);
      return parent?.sampled ? runSpan(record, parent, true, span, work) : work();
    },
    record,
    async close() {
      clearInterval(timer);
      await flush();
      await flush();
      waiting = [];
    },
  };
}
