export interface Patience {
  /** Longest wait for the headers of one answer, in milliseconds. A hung connection would otherwise never end. */
  deadlineMs: number;
  /** How often a request is made again that nobody answered, or that was answered with 429, 502, 503 or 504. */
  retries: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
const PASSING = new Set([429, 502, 503, 504]);
/** What may be asked twice although it changes something: the server knows the key. */
const isRepeatable = (request: Request): boolean =>
  request.method !== 'POST' || request.headers.has('Idempotency-Key');

/** Milliseconds that the server asked for; `null`: it did not say. */
function pauseAsked(response: Response): number | null {
  const text = response.headers.get('Retry-After');
  if (text === null) return null;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A `fetch` that gives up on a silent server and asks again where that is safe and can help. */
export function patient(
  fetchOnce: (request: Request) => Promise<Response>,
  { deadlineMs, retries }: Patience,
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let tries = 0; ; tries += 1) {
      const wait = FIRST_PAUSE_MS * 2 ** tries * (0.5 + Math.random() / 2);
      const last = tries >= retries || !isRepeatable(request) || request.signal.aborted;
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new Error('No answer in time.')), deadlineMs);
      try {
        const signal = AbortSignal.any([request.signal, late.signal]);
        const response = await fetchOnce(new Request(request.clone(), { signal }));
        if (last || !PASSING.has(response.status)) return response;
        await response.body?.cancel();
        await pause(pauseAsked(response) ?? wait);
      } catch (error) {
        if (last || request.signal.aborted) throw error;
        await pause(wait);
      } finally {
        clearTimeout(timer);
      }
    }
  };
}
