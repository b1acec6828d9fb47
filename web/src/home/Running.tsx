import { Link } from 'react-router';
import { ImportCard } from '../imports/ImportCard.tsx';
import { isFinished } from '../imports/states.ts';
import { useImports } from '../imports/useImports.ts';
import { useNow } from '../imports/useNow.ts';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';

/** The imports that are not over. */
export function Running() {
  const { home } = useWords();
  const { imports, error, again } = useImports();
  const now = useNow();
  const running = imports?.filter(({ status }) => !isFinished(status)) ?? [];
  return (
    <Panel
      title={home.running}
      actions={
        <Link to={addressOfPage('imports')} className="link text-sm">
          {home.allImports}
        </Link>
      }
    >
      {imports === null && error === null && <Waiting rows={1} />}
      {error !== null && <Unreadable error={error} onRetry={again} />}
      {imports !== null && running.length === 0 && <p className="text-muted">{home.nothingRuns}</p>}
      <ul className="space-y-3">
        {running.map((one) => (
          <li key={one.id}>
            <ImportCard import={one} now={now} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
