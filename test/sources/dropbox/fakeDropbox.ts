import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Answered, type FakeAnswer, plain, tooMany } from './fakeAnswers.ts';
import type { FakeAccounts } from './fakeAuth.ts';
import type { FakeLink, FakeLinks } from './fakeLinks.ts';
import type { FakeListing } from './fakeListing.ts';
import { createRoutes, type FakeState } from './fakeRoutes.ts';

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
export interface FakeDropbox extends FakeState {
  /** For `DROPBOX_ENDPOINT`. */
  url: string;
  port: number;
  links: FakeLinks;
  /** The next so many requests (to that endpoint only) get this answer. */
  answerNext(times: number, answer: FakeAnswer, endpoint?: string): void;
  /** The next so many requests are too many. */
  throttle(times: number, retryAfterS?: number): void;
  close(): Promise<void>;
}

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

  const answer = createRoutes();
  const server = http.createServer((request, response) => {
    const send = ({ status, headers = {}, body }: FakeAnswer) => {
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.end(body);
    };
    answer(fake, request, response).then(
      (said) => {
        if (said !== null) send(said);
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
    planned(endpoint) {
      const next = planned.find((each) => each.left > 0 && (each.endpoint ?? endpoint) === endpoint);
      if (next) next.left--;
      return next?.answer ?? null;
    },
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
