import type { Schemas } from '../../../client/client.ts';
import { problemFrom } from '../../../client/problem.ts';
import type { Role } from '../../../domain/access.ts';
import { createStore, type Store } from '../api/store.ts';
import type { Words } from '../words/english.ts';

/**
 * - `asking`: not yet known.
 * - `open`: nobody signs in here.
 * - `out`: somebody has to sign in first.
 * - `in`: somebody has.
 */
type SessionState = 'asking' | 'open' | 'out' | 'in';

/** Who looks at this page. Tokens are kept in memory; what outlives the page is a cookie that no script sees. */
export interface Session {
  state: Pick<Store<SessionState>, 'get' | 'subscribe'>;
  /** The tenant that the page shows. */
  tenant(): string;
  /** Who it is; `null` where nobody signs in, and before somebody did. */
  me(): Me | null;
  /** Whether whoever is here may do what needs this role; the API has the last word. */
  may(role: Role | 'installation'): boolean;
  /** For every request. */
  headers(): Record<string, string>;
  /** An address that the browser asks for by itself, with what lets it. */
  viewable(address: string): string;
  begin(): Promise<void>;
  /** @returns why not; `null`: it is done */
  signIn(email: string, password: string): Promise<string | null>;
  signOut(): Promise<void>;
}

export type Me = Schemas['Me'];

interface Tokens {
  access_token: string;
  expires_in: number;
}

/** Each may do what those before it may. */
const ORDER: readonly Role[] = ['viewer', 'contributor', 'manager', 'admin'];
const DEFAULT_TENANT = 'default';
/** Tokens are exchanged when this share of their time is over. */
const EARLY = 0.6;

/** @param words asked for each time that something has to be said */
export function createSession(words: () => Words): Session {
  const state = createStore<SessionState>('asking');
  let token: string | null = null;
  let view: string | null = null;
  let viewUntil = 0;
  let tenant = DEFAULT_TENANT;
  let me: Me | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const headers = (): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` });
  const post = (path: string, body: object): Promise<Response> =>
    fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  const read = async <T>(path: string): Promise<T> =>
    (await fetch(path, { headers: headers() })).json() as Promise<T>;

  async function take(response: Response): Promise<void> {
    const tokens = (await response.json()) as Tokens;
    token = tokens.access_token;
    me = await read<Me>('/auth/me');
    tenant = me.tenants[0]?.tenant_name ?? DEFAULT_TENANT;
    // Each new one would have the browser fetch every picture again.
    if (view === null || Date.now() > viewUntil) {
      const viewing = await read<{ view_token: string; expires_in: number }>('/auth/view-token');
      view = viewing.view_token;
      viewUntil = Date.now() + viewing.expires_in * 1_000 * EARLY;
    }
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), tokens.expires_in * 1_000 * EARLY);
    state.set('in');
  }

  /** One page at a time: the cookie is good for one use, and shared by all of them. */
  async function refresh(): Promise<void> {
    await navigator.locks.request('tributary-sign-in', async () => {
      const response = await post('/auth/refresh', {}).catch(() => null);
      if (response?.ok) await take(response);
      else if (response?.status === 401 || state.get() === 'asking') state.set('out');
      else timer = setTimeout(() => void refresh(), 5_000);
    });
  }

  return {
    state,
    tenant: () => tenant,
    me: () => me,
    may(role) {
      if (state.get() === 'open' || me?.installation_admin === true) return true;
      const held = me?.tenants.find(({ tenant_name }) => tenant_name === tenant)?.role;
      return role !== 'installation' && held !== undefined && ORDER.indexOf(held) >= ORDER.indexOf(role);
    },
    headers,
    viewable(address) {
      if (view === null) return address;
      return `${address}${address.includes('?') ? '&' : '?'}view=${view}`;
    },
    async begin() {
      const response = await fetch('/auth/me').catch(() => null);
      // Who cannot be asked may answer later; the page says so itself.
      if (response?.status !== 401) state.set('open');
      else await refresh();
    },
    async signIn(email, password) {
      const response = await post('/auth/sign-in', { email, password, use_cookie: true }).catch(() => null);
      if (response === null) return words().shell.signIn.noAnswer;
      if (!response.ok) return problemFrom(response.status, await response.json().catch(() => null)).message;
      await take(response);
      return null;
    },
    async signOut() {
      clearTimeout(timer);
      await fetch('/auth/sign-out', {
        method: 'POST',
        headers: { ...headers(), 'Content-Type': 'application/json' },
        body: '{}',
      }).catch(() => null);
      token = null;
      view = null;
      me = null;
      state.set('out');
    },
  };
}
