/** What the API said went wrong. `message` is its `detail`, a sentence for a person. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Last part of the stable `type`, such as `not_found`; `null` where something in between answered. */
  readonly code: string | null;
  readonly requestId: string | null;
  /** What is wrong with which field, by JSON pointer. */
  readonly errors: readonly { pointer: string; detail: string }[];

  constructor(
    status: number,
    message: string,
    more: { code?: string | null; requestId?: string | null; errors?: Problem['errors'] } = {},
  ) {
    super(message);
    this.status = status;
    this.code = more.code ?? null;
    this.requestId = more.requestId ?? null;
    this.errors = more.errors ?? [];
  }

  /** Whether waiting can help: nobody answered, or the one who did asked for patience. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || (this.status >= 502 && this.status <= 504);
  }
}

export const NO_ANSWER = 'Tributary does not answer. Is it running?';

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Reads RFC 9457 out of whatever body came: a proxy in between may answer in its own words. */
export function problemFrom(status: number, body: unknown): Problem {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  return new Problem(status, textOf(fields['detail']) ?? textOf(fields['title']) ?? inOwnWords(status), {
    code: textOf(fields['type'])?.split(':').at(-1) ?? null,
    requestId: textOf(fields['request_id']),
    errors: Array.isArray(fields['errors'])
      ? (fields['errors'] as { pointer: string; detail: string }[])
      : [],
  });
}

function inOwnWords(status: number): string {
  if (status === 413) return 'The file is larger than the size limit.';
  if (status === 415) return 'Not an image format that Tributary reads.';
  if (status >= 502 && status <= 504) return 'Tributary is not ready to answer.';
  return `Tributary answered with status ${status}.`;
}
