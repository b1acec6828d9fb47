import http from 'node:http';
import type net from 'node:net';
import type { Trouble } from '../contract.ts';
import { getFile, listFiles, type Paging } from './fake/files.ts';
import { sendBytes, type Wire } from './fake/media.ts';
import { apiRefusal, gatewayRefusal, type Refusal } from './fake/refusals.ts';
import { type Accounts, giveToken } from './fake/tokens.ts';
import { createTree, type Tree } from './fake/tree.ts';
import { showFolder } from './fake/view.ts';
import { type Asked, isVisible, refuse } from './fake/wire.ts';

/** What a request is for. */
export type Call = 'list' | 'get' | 'media' | 'token' | 'view' | 'download';

export interface LoggedRequest {
  call: Call | null;
  url: URL;
  headers: http.IncomingHttpHeaders;
  /** Milliseconds of `performance.now()`. */
  at: number;
}

/** Drive v3 over a local directory, with everything that it is known to do to its clients. */
export interface FakeDrive {
  url: string;
  tree: Tree;
  paging: Paging;
  wire: Wire;
  accounts: Accounts;
  /** Keys that are good. */
  keys: Set<string>;
  /** The next so many requests of a kind are answered with this. */
  answer(refusal: Refusal, options?: { times?: number; to?: Call }): void;
  trouble: Trouble;
  requests: LoggedRequest[];
  /** Requests are taken and never answered. */
  stall: boolean;
  /** Nobody answers at its address meanwhile. */
  pause(during: () => Promise<void>): Promise<void>;
  /** Most requests that were under way at the same time. */
  mostAtOnce: number;
  close(): Promise<void>;
}

export const FAKE_KEY = 'AIzaFakeKeyOfTheInstallation';
export const FAKE_OAUTH = {
  client_id: 'fake.apps.example',
  client_secret: 'GOCSPX-fake',
  refresh_token: '1//fake-refresh',
};

function callOf({ pathname, searchParams }: URL): Call | null {
  if (pathname === '/drive/v3/files') return 'list';
  if (pathname.startsWith('/drive/v3/files/')) return searchParams.get('alt') === 'media' ? 'media' : 'get';
  if (pathname === '/token') return 'token';
  if (pathname === '/embeddedfolderview') return 'view';
  return pathname === '/download' ? 'download' : null;
}

export async function startFakeDrive({ root }: { root: string }): Promise<FakeDrive> {
  const tree = createTree(root);
  const paging: Paging = {
    atMost: 1_000,
    emptyPages: 0,
    incompleteSearch: false,
    generation: 1,
    forgetTokens: () => paging.generation++,
  };
  const wire: Wire = { cutAfter: null, sent: 0, chunked: false };
  const accounts: Accounts = {
    oauth: FAKE_OAUTH,
    service: new Map(),
    good: new Set(),
    lifeSeconds: 3_599,
    given: 0,
  };
  let queued: { refusal: Refusal; times: number; to: Call | undefined }[] = [];
  let underWay = 0;

  /** Who asks; or what they hear when they are nobody. */
  function visitor(url: URL, headers: http.IncomingHttpHeaders): Asked['as'] | Refusal {
    const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (bearer !== undefined) return accounts.good.has(bearer) ? 'account' : apiRefusal('authError');
    const key = headers['x-goog-api-key'] ?? url.searchParams.get('key');
    if (typeof key !== 'string') return gatewayRefusal('CONSUMER_INVALID');
    return fake.keys.has(key) ? 'key' : gatewayRefusal('API_KEY_INVALID');
  }

  async function answer(call: Call | null, asked: Asked): Promise<void> {
    const { url, response } = asked;
    const next = queued.find(({ times, to }) => times > 0 && (to === undefined || to === call));
    if (next) {
      next.times--;
      return refuse(response, next.refusal);
    }
    if (call === null) return refuse(response, apiRefusal('notFound'));
    if (call === 'token') return giveToken(accounts, asked);
    if (call === 'view') return showFolder(tree, asked);
    if (call === 'download') {
      const at = tree.pathOf(url.searchParams.get('id') ?? '');
      const entry = at === null ? null : await tree.look(at);
      if (entry === null || !isVisible(entry, asked))
        return refuse(response, { status: 404, type: 'text/html', body: '<html>' });
      return sendBytes(tree, entry, wire, asked);
    }
    const as = visitor(url, asked.headers);
    if (typeof as !== 'string') return refuse(response, as);
    if (call === 'list') return listFiles(tree, paging, { ...asked, as });
    const at = tree.pathOf(decodeURIComponent(url.pathname.slice('/drive/v3/files/'.length)));
    const entry = at === null ? null : await tree.look(at);
    if (entry === null || !isVisible(entry, asked)) {
      return refuse(response, apiRefusal('notFound', { location: 'fileId' }));
    }
    await (call === 'media'
      ? sendBytes(tree, entry, wire, { ...asked, as })
      : getFile(tree, entry, { ...asked, as }));
  }

  const server = http.createServer((request, response) => {
    underWay++;
    fake.mostAtOnce = Math.max(fake.mostAtOnce, underWay);
    response.once('close', () => underWay--);
    response.on('error', () => {});
    const url = new URL(request.url ?? '/', 'http://fake');
    const { method = 'GET', headers } = request;
    const call = callOf(url);
    fake.requests.push({ call, url, headers, at: performance.now() });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (fake.stall) return;
      const body = Buffer.concat(chunks).toString();
      answer(call, { method, url, headers, body, response, as: 'nobody' }).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
  });
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
  await listen(0);

  const fake: FakeDrive = {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    tree,
    paging,
    wire,
    accounts,
    keys: new Set([FAKE_KEY]),
    answer(refusal, { times = 1, to } = {}) {
      queued.push({ refusal, times, to });
    },
    trouble: {
      cut(afterBytes) {
        wire.cutAfter = afterBytes;
      },
      sent() {
        const { sent } = wire;
        wire.sent = 0;
        return sent;
      },
      throttle(times) {
        queued = times === 0 ? [] : [{ refusal: apiRefusal('userRateLimitExceeded'), times, to: undefined }];
      },
    },
    requests: [],
    mostAtOnce: 0,
    stall: false,
    async pause(during) {
      await close();
      await during();
      await listen(Number(new URL(fake.url).port));
    },
    close,
  };
  return fake;
}
