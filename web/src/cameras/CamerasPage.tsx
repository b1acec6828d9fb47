import { Camera as CameraIcon, Plus } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { formatAgo, formatExact } from '../format/time.ts';
import { useNow } from '../imports/useNow.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { ConditionBadge } from './ConditionBadge.tsx';
import { LastPicture } from './LastPicture.tsx';
import { useCameras } from './questions.ts';

/** Every camera with its newest picture. */
export function CamerasPage() {
  const { cameras } = useWords();
  const may = useMay('manager');
  const now = useNow();
  const { data, error, refetch } = useCameras();
  const add = may && (
    <Link to={addressOfPage('cameras/new')} className="btn btn-primary btn-sm">
      <Plus aria-hidden className="size-4" />
      {cameras.add}
    </Link>
  );
  return (
    <Page title={cameras.title} intro={cameras.intro} actions={add}>
      {data === undefined && error === null && <Waiting height="h-48" />}
      {data === undefined && error !== null && <Unreadable error={error} onRetry={() => void refetch()} />}
      {data?.cameras.length === 0 && (
        <Empty icon={CameraIcon} title={cameras.empty} advice={cameras.emptyAdvice}>
          {add}
        </Empty>
      )}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
        {data?.cameras.map((camera) => (
          <li key={camera.id}>
            <Link
              to={addressOfPage(`cameras/${camera.id}`)}
              className="block overflow-hidden rounded-box border border-base-300 bg-base-100 hover:border-primary"
            >
              <LastPicture camera={camera} />
              <span className="flex items-center gap-2 px-3 pt-2">
                <span className="min-w-0 flex-1 truncate font-medium">
                  <Name>{camera.name}</Name>
                </span>
                <ConditionBadge condition={camera.condition} />
              </span>
              <span className="block px-3 pb-2 text-sm text-muted">
                {camera.last_frame_at === null ? (
                  cameras.never
                ) : (
                  <time dateTime={camera.last_frame_at} title={formatExact(camera.last_frame_at)}>
                    {formatAgo(camera.last_frame_at, now)}
                  </time>
                )}
                {camera.health.flags.length > 0 && (
                  <span className="text-warning"> · {camera.health.flags.map(cameras.flag).join(', ')}</span>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
