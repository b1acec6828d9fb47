const MIN_MS = 1_000;
const MAX_MS = 15 * 60_000;

/**
 * `Retry-After` (RFC 9110 §10.2.3: seconds or an HTTP date), held between one second and fifteen minutes so that a
 * server can neither make us hammer it nor park an import for good. `undefined` when absent or unreadable.
 */
export function retryAfterMs(value: string | undefined, now: number = Date.now()): number | undefined {
  const text = value?.trim();
  if (text === undefined || text === '' || text.length > 64) return undefined;
  const asked = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  if (Number.isNaN(asked)) return undefined;
  return Math.min(MAX_MS, Math.max(MIN_MS, asked));
}
