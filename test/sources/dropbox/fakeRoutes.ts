import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answered, type FakeAnswer, plain, tooMany } from './fakeAnswers.ts';
import { authenticate, exchange, type FakeAccounts } from './fakeAuth.ts';
import { linkedContent, ownContent, sendContent } from './fakeContent.ts';
import { tellLink } from './fakeLinks.ts';
import { type FakeListing, listFolder, listFolderContinue } from './fakeListing.ts';

export interface FakeRequest {
  /** `files/list_folder` */
  endpoint: string;
  arg: Record<string, unknown>;
  authorization: string | undefined;
  range: string | undefined;
}

export interface FakeState {
  /** Everything that was asked, in order. */
  requests: FakeRequest[];
  accounts: FakeAccounts;
  listing: FakeListing;
  /** Every answer waits this long. */
  delayMs: number;
  /** What is to be said instead of the truth. */
  planned(endpoint: string): FakeAnswer | null;
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

/** @returns answers one request; `null`: it was answered with content. */
export function createRoutes() {
  const listingNow = new Set<string>();

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

  return async function answer(
    state: FakeState,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<FakeAnswer | null> {
    const body = await bodyOf(request);
    const { pathname } = new URL(request.url ?? '/', 'http://fake');
    const endpoint = pathname.replace(/^\/2\//, '');
    const isContent = CONTENT.has(endpoint);
    const { authorization, range } = request.headers;
    const asked: FakeRequest = { endpoint, arg: {}, authorization, range };
    state.requests.push(asked);
    if (request.method !== 'POST') return plain(405, 'POST only');
    const takeTime = async () => {
      if (state.delayMs > 0) await sleep(state.delayMs);
      const planned = state.planned(endpoint);
      if (planned !== null) throw new Answered(planned);
    };
    if (pathname === '/oauth2/token') {
      await takeTime();
      return exchange(request, body, state.accounts);
    }
    const who = authenticate(request, state.accounts);
    const arg = argOf(request, body, isContent);
    asked.arg = arg;
    const { root, links } = state.listing;
    if (endpoint === 'files/list_folder' || endpoint === 'files/list_folder/continue') {
      return aloneOnly(`${authorization}${body}`, async () => {
        await takeTime();
        return endpoint === 'files/list_folder'
          ? listFolder(state.listing, arg, who)
          : listFolderContinue(state.listing, arg);
      });
    }
    await takeTime();
    switch (endpoint) {
      case 'sharing/get_shared_link_metadata':
        return tellLink(root, links, arg);
      case 'sharing/get_shared_link_file':
        await sendContent(request, response, await linkedContent(root, links, arg));
        return null;
      case 'files/download':
        if (who !== 'user') return plain(400, 'This API function operates on a single Dropbox account.');
        await sendContent(request, response, await ownContent(root, arg));
        return null;
      default:
        return plain(400, `Unknown API function: "${endpoint}"`);
    }
  };
}
