import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Door } from './access/Door.tsx';
import { createSession } from './access/session.ts';
import { createApi } from './api/api.ts';
import { createLive } from './api/live.ts';
import { type Parts, PartsContext } from './api/parts.ts';
import { createQueries } from './api/queries.ts';
import { createReach } from './api/reach.ts';
import { createStore } from './api/store.ts';
import { createUploads } from './upload/parts.ts';
import { sendFile } from './upload/send.ts';
import { createSettle } from './upload/settle.ts';
import './app.css';

const session = createSession();
const reach = createReach();
const api = createApi(reach, session);
const parts: Parts = {
  api,
  live: createLive(() => session.viewable('/events')),
  reach,
  session,
  uploads: createUploads((...file) => sendFile(session, ...file), createSettle(api.getAsset)),
  announcer: createStore(''),
};

// New images move what lies below them; the browser keeps the place better than a remembered number of pixels.
window.history.scrollRestoration = 'manual';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <PartsContext value={parts}>
        <Door />
      </PartsContext>
    </QueryClientProvider>
  </StrictMode>,
);
