import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answered, type FakeAnswer, plain, tagged } from './fakeAnswers.ts';
import { authenticate, exchange, type FakeAccounts } from './fakeAuth.ts';
import { linkedContent, ownContent, sendContent } from './fakeContent.ts';
import { type FakeLink, type FakeLinks, tellLink } from './fakeLinks.ts';
import { type FakeListing, listFolder, listFolderContinue } from './fakeListing.ts';

export interface FakeRequest {
  /** `files/list_folder` */
  endpoint: string;
  arg: Record<string, unknown>;
  authorization: string | undefined;
  range: string | undefined;
}

export interface FakeDropboxOptions {
  /** The directory that is somebody's Dropbox. */
  root: string;
  /** Left out: `/sh/fakefolder/AAAkey` shows all of it. */
  links?: Record<string, FakeLink>;
  app?: FakeAccounts['app'];
  tokens?: string[];
  refreshTokens?: string[];
  pageSize?: number;
  overshoot?: number;
}

/** Dropbox's API v2 over HTTP, as far as it is used here, serving a local directory. */
export interface FakeDropbox {
  /** For `DROPBOX_ENDPOINT`. */
  url: string;
  port: number;
  /** Everything that was asked, in order. */
  requests: FakeRequest[];
  links: FakeLinks;
  accounts: FakeAccounts;
  listing: FakeListing;
  /** Every answer waits this long. */
  delayMs: number;
  /** The next so many requests (to that endpoint only) get this answer. */
  answerNext(times: number, answer: FakeAnswer, endpoint?: string): void;
  /** The next so many requests are too many. */
  throttle(times: number, retryAfterS?: number): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of request) parts.push(chunk as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** From the header of content endpoints, which must be ASCII, or the body of the others. @throws Answered */
function argOf(request: IncomingMessage, body: string, isContent: boolean): Record<string, unknown> {
  const text = isContent ? request.headers['dropbox-api-arg'] : body;
  if (typeof text !== 'string' || (isContent && /[^\x20-\x7e]/.test(text))) {
    throw new Answered(
      plain(
        400,
        'Error in call to API function: HTTP header "Dropbox-API-Arg": could not decode input as JSON',
      ),
    );
  }
  if (!isContent && request.headers['content-type'] !== 'application/json') {
    throw new Answered(plain(400, 'Error in call to API function: Bad HTTP "Content-Type" header'));
  }
  return JSON.parse(text) as Record<string, unknown>;
}

const CONTENT = new Set(['sharing/get_shared_link_file', 'files/download']);

export async function startFakeDropbox(options: FakeDropboxOptions): Promise<FakeDropbox> {
  const links: FakeLinks = new Map(
    Object.entries(options.links ?? { '/sh/fakefolder/AAAkey': { shows: '' } }),
  );
  const accounts: FakeAccounts = {
    app: options.app ?? { key: 'fake-app', secret: 'fake-app-secret' },
    tokens: new Set(options.tokens),
    refreshTokens: new Set(options.refreshTokens),
    expiresIn: 14_400,
  };
  const { root, pageSize = 2_000, overshoot = 0 } = options;
  const listing: FakeListing = { root, links, pageSize, overshoot };
  const planned: { left: number; answer: FakeAnswer; endpoint: string | undefined }[] = [];
  const listingNow = new Set<string>();

  function plannedFor(endpoint: string): void {
    const next = planned.find((each) => each.left > 0 && (each.endpoint ?? endpoint) === endpoint);
    if (!next) return;
    next.left--;
    throw new Answered(next.answer);
  }

  /** Identical listings at the same time are refused, by design of Dropbox. */
  async function aloneOnly(key: string, run: () => Promise<FakeAnswer>): Promise<FakeAnswer> {
    if (listingNow.has(key)) throw new Answered(tooMany());
    listingNow.add(key);
    try {
      return await run();
    } finally {
      listingNow.delete(key);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<FakeAnswer | null> {
    const body = await bodyOf(request);
    const { pathname } = new URL(request.url ?? '/', 'http://fake');
    const endpoint = pathname.replace(/^\/2\//, '');
    const isContent = CONTENT.has(endpoint);
    const { authorization, range } = request.headers;
    const asked: FakeRequest = { endpoint, arg: {}, authorization, range };
    fake.requests.push(asked);
    if (request.method !== 'POST') return plain(405, 'POST only');
    const slow = async () => {
      if (fake.delayMs > 0) await sleep(fake.delayMs);
      plannedFor(endpoint);
    };
    if (pathname === '/oauth2/token') {
      await slow();
      return exchange(request, body, accounts);
    }
    const who = authenticate(request, accounts);
    const arg = argOf(request, body, isContent);
    asked.arg = arg;
    switch (endpoint) {
      case 'files/list_folder':
        return aloneOnly(`${authorization}${body}`, async () => {
          await slow();
          return listFolder(listing, arg, who);
        });
      case 'files/list_folder/continue':
        return aloneOnly(`${authorization}${body}`, async () => {
          await slow();
          return listFolderContinue(listing, arg);
        });
      case 'sharing/get_shared_link_metadata':
        await slow();
        return tellLink(root, links, arg);
      case 'sharing/get_shared_link_file':
        await slow();
        await sendContent(request, response, await linkedContent(root, links, arg));
        return null;
      case 'files/download':
        await slow();
        if (who !== 'user') return plain(400, 'This API function operates on a single Dropbox account.');
        await sendContent(request, response, await ownContent(root, arg));
        return null;
      default:
        return plain(400, `Unknown API function: "${endpoint}"`);
    }
  }

  const server = http.createServer((request, response) => {
    const send = ({ status, headers = {}, body }: FakeAnswer) => {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    };
    handle(request, response).then(
      (answer) => {
        if (answer !== null) send(answer);
      },
      (error: unknown) => {
        if (response.headersSent) response.destroy();
        else if (error instanceof Answered) send(error.answer);
        else send(plain(500, String(error)));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const fake: FakeDropbox = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: [],
    links,
    accounts,
    listing,
    delayMs: 0,
    answerNext(times, answer, endpoint) {
      planned.splice(0, planned.length, { left: times, answer, endpoint });
    },
    throttle(times, retryAfterS = 7) {
      fake.answerNext(times, tooMany(retryAfterS));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
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
