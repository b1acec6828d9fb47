import { CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { libraryAddress } from '../library/addresses.ts';
import { useWords } from '../words/useWords.ts';
import { Decision } from './Decision.tsx';
import { createHistory } from './history.ts';
import { useQueue } from './useQueue.ts';

/** What models saw and nobody judged, one after the other. */
export function ReviewPage() {
  const { review, shell } = useWords();
  const may = useMay('contributor');
  const queue = useQueue();
  const [history] = useState(createHistory);
  const { current, waiting, error, loading, putOff } = queue;
  return (
    <Page
      title={review.title}
      intro={review.intro}
      actions={
        waiting !== null &&
        waiting > 0 && (
          <p role="status" className="text-muted tabular-nums">
            {review.waiting(waiting)}
          </p>
        )
      }
    >
      {!may && <p className="mb-4 text-muted">{shell.lookOnly}</p>}
      {error !== null && <Unreadable error={error} onRetry={() => void queue.refetch()} />}
      {error === null && current === null && loading && <Waiting rows={1} height="h-[60dvh]" />}
      {error === null && current === null && !loading && (
        <Empty
          icon={CircleCheck}
          title={putOff > 0 ? review.onlyPutOff(putOff) : review.nothing}
          advice={review.nothingAdvice}
        >
          {putOff > 0 && (
            <button type="button" className="btn btn-primary" onClick={queue.again}>
              {review.again}
            </button>
          )}
          <Link className="btn btn-plain" to={libraryAddress({ has_detections: 'true' })}>
            {review.toLibrary}
          </Link>
        </Empty>
      )}
      {current !== null && (
        <Decision key={current.id} image={current} queue={queue} history={history} may={may} />
      )}
    </Page>
  );
}
