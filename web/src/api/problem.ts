/** What the API said went wrong. `message` is its `detail`, a sentence for a person. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly requestId: string | null;

  constructor(status: number, message: string, requestId: string | null = null) {
    super(message);
    this.status = status;
    this.requestId = requestId;
  }

  /** Whether waiting can help: nobody answered, or the one who did asked for patience. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || (this.status >= 502 && this.status <= 504);
  }
}

export const NO_ANSWER = 'Tributary does not answer. Is it running?';

/** Reads RFC 9457 out of whatever body came: a proxy in between may answer in its own words. */
export function problemFrom(status: number, body: unknown): Problem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const text = [fields['detail'], fields['title']].find((value) => typeof value === 'string' && value !== '');
  const requestId = typeof fields['request_id'] === 'string' ? fields['request_id'] : null;
  return new Problem(status, typeof text === 'string' ? text : inOwnWords(status), requestId);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function inOwnWords(status: number): string {
  if (status === 413) return 'The file is larger than the size limit.';
  if (status === 415) return 'Not an image format that Tributary reads.';
  if (status >= 502 && status <= 504) return 'Tributary is not ready to answer.';
  return `Tributary answered with status ${status}.`;
}
