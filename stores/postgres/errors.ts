import { Failure } from '../../domain/failures.ts';

/** Codes that go away by themselves: connection trouble, restart, shutdown, start-up, too many connections. */
const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  '57P01',
  '57P02',
  '57P03',
  '57014',
  '55P03',
  '53300',
  '25P03',
  '40001',
  '40P01',
  '08000',
  '08003',
  '08006',
]);

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

export function isSerializationConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/**
 * Turns a driver error into one that may travel: Postgres puts row values into `detail`, and callers log
 * and show what they catch. Errors that are not the database's pass through.
 */
export function toFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code === '53100') return new Failure('storage_full', 'The database has no disk space left.');
  if (TRANSIENT.has(code))
    return new Failure('database_unavailable', `The database is not available (${code}).`);
  if (error instanceof Error && error.name === 'PostgresError') {
    const place =
      'constraint_name' in error && error.constraint_name ? ` on ${String(error.constraint_name)}` : '';
    const message = `The database refused a statement (${code}${place}): ${error.message}`;
    const safe = Object.assign(new Error(message), { code });
    if (error.stack !== undefined) safe.stack = error.stack;
    return safe;
  }
  return error;
}
