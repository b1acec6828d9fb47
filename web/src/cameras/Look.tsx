import { Eye, EyeOff, FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { LastPicture } from './LastPicture.tsx';
import type { Camera } from './questions.ts';

/** The newest picture, or what the camera sees just now; and whether it can be reached at all. */
export function Look({ camera }: { camera: Camera }) {
  const { api, session } = useParts();
  const { cameras } = useWords();
  const may = useMay('contributor');
  const [live, setLive] = useState(false);
  const [opened, setOpened] = useState(0);
  const test = useAct(() =>
    api.ask(api.client.POST('/cameras/{id}/test', { params: { path: { id: camera.id } } })),
  );
  const Icon = live ? EyeOff : Eye;
  return (
    <div>
      <div className="overflow-hidden rounded-box">
        {live ? (
          <img
            // A stream that ended is not begun again from the browser's memory.
            src={session.viewable(`/cameras/${camera.id}/live?opened=${opened}`)}
            alt={cameras.liveOf(camera.name)}
            className="aspect-video w-full bg-black object-contain"
            onError={() => setLive(false)}
          />
        ) : (
          <LastPicture camera={camera} />
        )}
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="button"
          className="btn btn-plain btn-sm"
          aria-pressed={live}
          onClick={() => {
            setOpened(opened + 1);
            setLive(!live);
          }}
        >
          <Icon aria-hidden className="size-4" />
          {live ? cameras.endLive : cameras.live}
        </button>
        {may && (
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={test.isPending}
            onClick={() => test.mutate(undefined)}
          >
            <FlaskConical aria-hidden className="size-4" />
            {test.isPending ? cameras.testing : cameras.test}
          </button>
        )}
      </div>
      {test.data !== undefined && (
        <p
          role="status"
          className={`mt-3 rounded-md p-2.5 text-sm break-words ${test.data.ok ? 'bg-success/10' : 'bg-error/10'}`}
        >
          {test.data.error === null ? (
            cameras.tested(test.data.codec ?? '?', test.data.width ?? 0, test.data.height ?? 0, test.data.fps)
          ) : (
            <>
              <span className="font-medium">{test.data.error.title}.</span>{' '}
              <Name>{test.data.error.detail}</Name>{' '}
              <span className="text-muted">{test.data.error.advice}</span>
            </>
          )}
        </p>
      )}
    </div>
  );
}
