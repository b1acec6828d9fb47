import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** Where a span belongs (https://www.w3.org/TR/trace-context/). */
export interface SpanContext {
  /** 32 hex digits, and 16. */
  traceId: string;
  spanId: string;
  sampled: boolean;
}

export type SpanKind = 'internal' | 'server' | 'client';
export type Attributes = Record<string, string | number | boolean>;

export interface FinishedSpan extends SpanContext {
  parentSpanId: string | null;
  name: string;
  kind: SpanKind;
  /** Milliseconds of the epoch, with fractions. */
  startMs: number;
  endMs: number;
  attributes: Attributes;
  /** `null`: it went well. Never a message: those hold names and addresses. */
  error: string | null;
}

interface Active {
  context: SpanContext;
  record: (span: FinishedSpan) => void;
}

/**
 * The span that the current work is part of. Known by context and not handed on, as the request is: everything between a
 * request and a query would have to pass it through and has no use for it.
 */
const active = new AsyncLocalStorage<Active | null>();

const PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** @returns `null` for what is none */
export function parseTraceparent(text: unknown): SpanContext | null {
  const [, traceId, spanId, flags] = (typeof text === 'string' ? PARENT.exec(text) : null) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: SpanContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** Of the current span; `null`: there is none. */
export function currentTraceparent(): string | null {
  const now = active.getStore();
  return now == null ? null : formatTraceparent(now.context);
}

export interface NewSpan {
  name: string;
  kind?: SpanKind;
  attributes?: Attributes;
  /** What it is named in the end, where that shows only then. */
  nameAtEnd?: () => string;
}

const errorOf = (error: unknown): string =>
  error instanceof Error ? ('type' in error ? String(error.type) : error.name) : 'unknown';

/** @param parent `null`: it begins a trace */
export async function runSpan<T>(
  record: (span: FinishedSpan) => void,
  parent: SpanContext | null,
  sampled: boolean,
  { name, kind = 'internal', attributes = {}, nameAtEnd }: NewSpan,
  work: () => Promise<T>,
): Promise<T> {
  const context = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    sampled,
  };
  const startMs = performance.timeOrigin + performance.now();
  let error: string | null = null;
  try {
    return await active.run({ context, record }, work);
  } catch (thrown) {
    error = errorOf(thrown);
    throw thrown;
  } finally {
    const endMs = performance.timeOrigin + performance.now();
    const parentSpanId = parent?.spanId ?? null;
    if (sampled)
      record({
        ...context,
        parentSpanId,
        name: nameAtEnd?.() ?? name,
        kind,
        startMs,
        endMs,
        attributes,
        error,
      });
  }
}

/** Measures a part of the current span; without one it only does the work. */
export function inSpan<T>(span: NewSpan, work: () => Promise<T>): Promise<T> {
  const now = active.getStore();
  if (now == null || !now.context.sampled) return work();
  return runSpan(now.record, now.context, true, span, work);
}

/** Does what runs by itself outside of the span that happened to begin it. */
export const outOfSpan = <T>(work: () => T): T => active.run(null, work);
