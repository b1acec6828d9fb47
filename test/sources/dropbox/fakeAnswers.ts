/** What the fake says to one request. */
export interface FakeAnswer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** Ends the handling of a request with an answer. */
export class Answered extends Error {
  readonly answer: FakeAnswer;

  constructor(answer: FakeAnswer) {
    super(`answered with ${answer.status}`);
    this.answer = answer;
  }
}

export const json = (status: number, value: unknown): FakeAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Dropbox says 400 in plain text. */
export const plain = (status: number, body: string): FakeAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** `path/not_found` as the nested unions of Dropbox, with its summary. */
export function tagged(status: number, tags: string, extra: Record<string, unknown> = {}): FakeAnswer {
  const names = tags.split('/');
  const error = names.reduceRight<unknown>(
    (inner, tag, i) => ({
      '.tag': tag,
      ...(inner !== null && { [tag]: inner }),
      ...(i === 0 && extra),
    }),
    null,
  );
  return json(status, { error_summary: `${tags}/...`, error });
}

export function refuse(tags: string): never {
  throw new Answered(tagged(409, tags));
}

/** 429 says why and for how long, in its body and in its head. */
export function tooMany(retryAfterS = 1): FakeAnswer {
  const answer = tagged(429, 'rate_limit');
  const error = { reason: { '.tag': 'too_many_requests' }, retry_after: retryAfterS };
  return {
    ...answer,
    headers: { ...answer.headers, 'retry-after': String(retryAfterS) },
    body: JSON.stringify({ error_summary: 'too_many_requests/.', error }),
  };
}
