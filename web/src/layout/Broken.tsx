import { useRouteError } from 'react-router';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';

/** In the place of a page that threw, or whose script did not come. */
export function Broken() {
  const { shell } = useWords();
  const error = useRouteError();
  return (
    <div role="alert" className="mx-auto max-w-prose px-4 py-16">
      <h1 className="text-2xl font-semibold">{shell.broken}</h1>
      <p className="mt-2">{shell.brokenAdvice}</p>
      <p className="mt-2 rounded-md bg-base-300 p-3 font-mono text-sm break-words">{messageOf(error)}</p>
      <button type="button" className="btn btn-primary mt-4" onClick={() => window.location.reload()}>
        {shell.reload}
      </button>
    </div>
  );
}
