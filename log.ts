import pino, { type Logger } from 'pino';

export type { Logger };

/** `scheme://user:secret@host` and secret-looking query values, wherever they stand in a text. */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const SECRET_QUERY = /([?&](?:[\w-]*(?:key|token|secret|password|signature|sig|rlkey)[\w-]*)=)[^&\s"']+/gi;

/** Masks credentials in URLs, also inside longer texts such as error messages and stacks. */
export function masked(text: string): string {
  return text.replace(USERINFO, '$1***@').replace(SECRET_QUERY, '$1***');
}

/** JSON lines on standard output, one object a line, with secrets masked in messages, errors and URLs. */
export function createLogger(options: { level: string; name: string }): Logger {
  return pino({
    level: options.level,
    base: { process: options.name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers.cookie',
        'req.headers["x-api-key"]',
        '*.password',
        '*.token',
        '*.secret',
      ],
      censor: '***',
    },
    serializers: {
      err: (error: unknown) => {
        const plain = pino.stdSerializers.err(error as Error);
        return { ...plain, message: masked(plain.message ?? ''), stack: masked(plain.stack ?? '') };
      },
    },
    hooks: {
      logMethod(args, method) {
        const clean = args.map((arg) => (typeof arg === 'string' ? masked(arg) : arg)) as typeof args;
        method.apply(this, clean);
      },
    },
  });
}
