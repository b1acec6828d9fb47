import { useEffect } from 'react';
import { RouterProvider } from 'react-router/dom';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { SignIn } from './SignIn.tsx';

interface Props {
  router: Parameters<typeof RouterProvider>[0]['router'];
}

/** The pages, for whoever may see them; nothing until that is known. */
export function Door({ router }: Props) {
  const { session, live, tongue } = useParts();
  const state = useStore(session.state);
  const { language } = useStore(tongue.spoken);
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
  // Another language is another page: numbers and times are written anew as well.
  return inside ? <RouterProvider key={language} router={router} /> : <SignIn session={session} />;
}
