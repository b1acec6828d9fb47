import { hostname } from 'node:os';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { createTracer, type Tracer } from '../stores/tracing/tracer.ts';

/** The tracer of a process. @param role what it does @returns `null`: nobody collects traces */
export function openTracer({ tracing }: Config, role: string, log: Logger): Tracer | null {
  if (tracing === null) return null;
  const { url, headers, ratio, service } = tracing;
  const resource = {
    'service.name': service ?? `tributary-${role}`,
    'service.instance.id': `${hostname()}:${process.pid}`,
  };
  return createTracer({ url, headers, ratio, resource }, (why) =>
    log.warn({ why }, 'traces could not be sent, and are dropped'),
  );
}
