import { useEffect } from 'react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { App } from '../layout/App.tsx';
import { SignIn } from './SignIn.tsx';

/** The page, for whoever may see it; nothing until that is known. */
export function Door() {
  const { session, live } = useParts();
  const state = useStore(session.state);
  const inside = state === 'open' || state === 'in';

  useEffect(() => {
    void session.begin();
  }, [session]);
  useEffect(() => {
    if (!inside) return;
    live.start();
    return () => live.stop();
  }, [inside, live]);

  if (state === 'asking') return null;
  return inside ? <App /> : <SignIn session={session} />;
}
