import { Failure } from '../../../domain/failures.ts';
import type { HttpClient, HttpRequest } from '../../reach/client.ts';
import type { BodySink } from '../../reach/exchange.ts';
import { type ResponseHead, refuseEncoded } from '../../reach/response.ts';
import type { RequestBudget } from '../../source.ts';
import { staysAtGoogle } from './endpoints.ts';
import { type Refusal, readRefusal } from './refusal.ts';

/** 1,000 files come to less than 1 MB. */
const MAX_ANSWER = 16 * 1024 * 1024;
/** Enough of an error or a page to tell which one it is. */
const MAX_REFUSAL = 128 * 1024;

export interface Asking {
  client: HttpClient;
  budget: RequestBudget;
}

export type Question = Pick<
  HttpRequest,
  'url' | 'method' | 'headers' | 'body' | 'credentials' | 'signal' | 'time'
>;

/** Keeps the first bytes of a body as text, and passes over the rest. */
export function collect(most: number, tooMuch: () => void = () => {}): BodySink & { text(): string } {
  const chunks: Buffer[] = [];
  let size = 0;
  return {
    write(chunk) {
      if (size + chunk.length > most) tooMuch();
      if (size < most) chunks.push(chunk.subarray(0, most - size));
      size += chunk.length;
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

/** Sees the head of an answer and says where its body goes; `null`: it is a refusal, to be read. */
export type Take = (head: ResponseHead) => BodySink | null;

/**
 * One request to Google.
 * @returns the refusal; `null`: the body was taken.
 * @throws Failure, or the signal's reason.
 */
export async function ask(
  { client, budget }: Asking,
  question: Question,
  take: Take,
): Promise<Refusal | null> {
  const seen: { refused: { head: ResponseHead; body: ReturnType<typeof collect> } | null } = {
    refused: null,
  };
  await client.request({ ...question, budget, mayRedirect: staysAtGoogle(question.url) }, (head) => {
    refuseEncoded(head);
    const sink = take(head);
    if (sink !== null) return sink;
    const body = collect(MAX_REFUSAL);
    seen.refused = { head, body };
    return body;
  });
  return seen.refused === null ? null : readRefusal(seen.refused.head, seen.refused.body.text());
}

/** Takes an answer 200 as text. @throws Failure `bad_response` when it is far too long. */
export function textTaker(): { take: Take; text(): string } {
  const body = collect(MAX_ANSWER, () => {
    throw new Failure('bad_response', 'Google sent an answer that is far too long.');
  });
  return { take: (head) => (head.status === 200 ? body : null), text: body.text };
}
