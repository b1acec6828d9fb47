import { createContext, use } from 'react';
import type { Session } from '../access/session.ts';
import type { Themes } from '../layout/theme.ts';
import type { Toasts } from '../layout/toasts.ts';
import type { Uploads } from '../upload/parts.ts';
import type { Tongue } from '../words/tongue.ts';
import type { Api } from './api.ts';
import type { Live } from './live.ts';
import type { Reach } from './reach.ts';
import type { Store } from './store.ts';

/** What the page is made with; put together once, in main.tsx. */
export interface Parts {
  api: Api;
  live: Live;
  reach: Reach;
  session: Session;
  uploads: Uploads;
  tongue: Tongue;
  themes: Themes;
  toasts: Toasts;
  /** What a screen reader is told next. */
  announcer: Store<string>;
}

export const PartsContext = createContext<Parts | null>(null);

export function useParts(): Parts {
  const parts = use(PartsContext);
  if (parts === null) throw new Error('PartsContext is not provided.');
  return parts;
}
