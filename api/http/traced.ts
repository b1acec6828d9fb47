import type { RequestHandler } from 'express';
import type { Tracer } from '../../stores/tracing/tracer.ts';

/** What every process is asked all the time. */
const PROBES = new Set(['/livez', '/readyz', '/health', '/healthz', '/metrics']);

/** Each request is a span, of the caller's trace where it names one. Its name is the route, never the address. */
export function traced(tracer: Tracer): RequestHandler {
  return (req, res, next) => {
    if (PROBES.has(req.path)) {
      next();
      return;
    }
    const attributes: Record<string, string | number> = {
      'http.request.method': req.method,
      'request.id': String(req.id),
    };
    const nameAtEnd = (): string => {
      attributes['http.response.status_code'] = res.statusCode;
      const route: unknown = req.route?.path;
      return typeof route === 'string' ? `${req.method} ${route}` : req.method;
    };
    void tracer.span(
      req.headers['traceparent'],
      { name: req.method, kind: 'server', attributes, nameAtEnd },
      () =>
        new Promise<void>((resolve) => {
          res.once('close', resolve);
          next();
        }),
    );
  };
}
