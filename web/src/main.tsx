import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';
import { Door } from './access/Door.tsx';
import { createSession } from './access/session.ts';
import { createApi } from './api/api.ts';
import { createLive } from './api/live.ts';
import { type Parts, PartsContext } from './api/parts.ts';
import { createQueries } from './api/queries.ts';
import { createReach } from './api/reach.ts';
import { createStore } from './api/store.ts';
import { createThemes } from './layout/theme.ts';
import { createToasts } from './layout/toasts.ts';
import { routes } from './routes.tsx';
import { createUploads } from './upload/parts.ts';
import { sendFile } from './upload/sendFile.ts';
import { createSettle } from './upload/settle.ts';
import { createTongue } from './words/tongue.ts';
import './app.css';

const themes = createThemes();
const tongue = await createTongue();
const words = () => tongue.spoken.get().words;
const session = createSession(words);
const reach = createReach();
const api = createApi(reach, session);
const parts: Parts = {
  api,
  live: createLive(() => session.viewable('/events')),
  reach,
  session,
  uploads: createUploads(
    (...file) => sendFile({ session, words }, ...file),
    createSettle(api.getAsset, () => words().uploads.noImage),
  ),
  announcer: createStore(''),
  themes,
  tongue,
  toasts: createToasts(words),
};

// New images move what lies below them; the browser keeps the place better than a remembered number of pixels.
window.history.scrollRestoration = 'manual';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <PartsContext value={parts}>
        <Door router={createBrowserRouter(routes)} />
      </PartsContext>
    </QueryClientProvider>
  </StrictMode>,
);
