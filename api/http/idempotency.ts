import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '../../log.ts';
import {
  type Attempt,
  claimKey,
  giveUpKey,
  type KeptAnswer,
  keepAnswer,
  renewKey,
} from '../../stores/idempotency.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { principalOf } from '../access/principal.ts';
import { AlreadyAnswered, badRequest, Problem } from '../problem.ts';

/** A process that died holds its key for so long; one that lives renews it. */
const LEASE_SECONDS = 30;
const RENEW_MS = 10_000;
/** How long the same request waits for the first one before its client is told to come back. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;
/** What an answer says beside its body. */
const KEPT_HEADERS = ['content-type', 'location', 'link', 'etag', 'preference-applied'];

/** Printable ASCII; quotes around it, as the draft of the standard has it, belong to the key's spelling and not to it. */
const KEY = /^(?:"([\x20-\x21\x23-\x7e]{1,255})"|([\x21\x23-\x7e][\x20-\x21\x23-\x7e]{0,254}))$/;

/** A request with a key. */
interface Keyed {
  /** Claims the key, once the whole request is known. */
  identify(what: string): Promise<void>;
  /** Gives the key back where no answer was kept. */
  release(): Promise<void>;
}
const KEYED = 'keyed';
const keyedOf = (res: Response): Keyed | undefined => res.locals[KEYED] as Keyed | undefined;

/**
 * Requests that were asked with an `Idempotency-Key` are done once: the same again is answered the same, for 24 hours and
 * whichever process is asked. What failed created nothing; its key is free again.
 */
export function idempotency(requests: Database, log: Logger): RequestHandler {
  // Keys are looked after for everybody: they belong to callers and not to tenants.
  const db: Pick<Database, 'run'> = { run: (work) => requests.as('all', () => requests.run(work)) };
  return (req, res, next) => {
    const given = req.headers['idempotency-key'];
    if (req.method === 'POST' && given !== undefined) {
      const [, quoted, plain] = KEY.exec(String(given)) ?? [];
      const key = quoted ?? plain;
      if (key === undefined)
        throw badRequest('bad_idempotency_key', 'Idempotency-Key takes 1 to 255 printable characters.');
      res.locals[KEYED] = keyed(db, log, key, req, res);
    }
    next();
  };
}

/**
 * To be called when the request is known whole and before anything is done for it.
 * @param what the body
 * @throws AlreadyAnswered when it is the same request again
 * @throws Problem 409 when the key was used for something else, or the first request takes too long
 */
export async function identify(res: Response, what: string): Promise<void> {
  await keyedOf(res)?.identify(what);
}

/** To be called when the work is over, however it went. */
export async function releaseKey(res: Response): Promise<void> {
  await keyedOf(res)?.release();
}

function keyed(db: Pick<Database, 'run'>, log: Logger, key: string, req: Request, res: Response): Keyed {
  let release = async (): Promise<void> => {};
  return {
    release: () => release(),
    async identify(what) {
      const target = req.originalUrl.replace(/^\/api\/v1(?=\/)/, '');
      const attempt: Attempt = {
        owner: principalOf(res)?.id ?? '',
        key,
        holder: randomUUID(),
        fingerprint: createHash('sha256').update(`${target}\n${what}`).digest(),
      };
      const answer = await claim(db, attempt);
      if (answer === null) {
        release = hold(db, log, attempt, res);
        return;
      }
      res.status(answer.status).set(answer.headers).set('Idempotency-Replayed', 'true').send(answer.body);
      throw new AlreadyAnswered();
    },
  };
}

/** @returns the answer that was given before; `null`: the key is ours */
async function claim(db: Pick<Database, 'run'>, attempt: Attempt): Promise<KeptAnswer | null> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await db.run((sql) => claimKey(sql, attempt, LEASE_SECONDS));
    if (found === 'mine') return null;
    if (found === 'different') {
      throw new Problem({
        status: 409,
        code: 'idempotency_key_reused',
        title: 'The key was used for another request',
        detail: 'This Idempotency-Key belongs to a request that asked for something else. Use a new key.',
      });
    }
    if (found !== 'busy') return found;
    if (performance.now() > deadline) {
      throw new Problem({
        status: 409,
        code: 'still_running',
        title: 'The first request is not answered yet',
        detail: 'A request with this Idempotency-Key is still being worked on. Ask again in a moment.',
        retryAfter: 5,
      });
    }
    await sleep(LOOK_MS);
  }
}

/**
 * Keeps the key until the request is answered, and what it was answered with before the client hears it.
 * @returns gives the key back, where nothing was answered
 */
function hold(db: Pick<Database, 'run'>, log: Logger, attempt: Attempt, res: Response): () => Promise<void> {
  const complain = (error: unknown): void =>
    log.warn({ err: error, request_id: res.getHeader('X-Request-Id') }, 'idempotency key not kept');
  const renewing = setInterval(() => {
    db.run((sql) => renewKey(sql, attempt, LEASE_SECONDS)).catch(complain);
  }, RENEW_MS);
  let settled = false;

  async function settle(body: string | null): Promise<void> {
    if (settled) return;
    settled = true;
    clearInterval(renewing);
    const { statusCode: status } = res;
    const done = body !== null && status >= 200 && status < 300;
    await db
      .run((sql) =>
        done
          ? keepAnswer(sql, attempt, { status, headers: keptHeaders(res), body })
          : giveUpKey(sql, attempt),
      )
      .catch(complain);
  }

  const send = res.send.bind(res);
  res.send = (body?: unknown) => {
    // Objects come back here as text.
    if (typeof body === 'object' && body !== null) return send(body);
    void settle(typeof body === 'string' ? body : '').then(() => send(body));
    return res;
  };
  return () => settle(null);
}

function keptHeaders(res: Response): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = res.getHeader(name);
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}
