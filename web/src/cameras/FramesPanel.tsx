import { Link } from 'react-router';
import { useParts } from '../api/parts.ts';
import { formatExact } from '../format/time.ts';
import { Panel } from '../layout/Panel.tsx';
import { imageAt } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import { useFrames } from './questions.ts';

/** The latest frames that became images. */
export function FramesPanel({ cameraId }: { cameraId: string }) {
  const { session } = useParts();
  const { cameras } = useWords();
  const { data } = useFrames(cameraId);
  const frames =
    data?.frames.filter(({ asset_id, status }) => asset_id !== null && status === 'completed') ?? [];
  return (
    <Panel title={cameras.latest}>
      {data !== undefined && frames.length === 0 && <p className="text-muted">{cameras.noPicture}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(6rem,1fr))] gap-2">
        {frames.map((frame) => (
          <li key={frame.frame_id}>
            <Link to={imageAt(frame.asset_id ?? 0)} title={formatExact(frame.captured_at)}>
              <img
                src={session.viewable(frame.thumb_url ?? `/retrieve/rendition/${frame.asset_id}/thumb`)}
                alt={formatExact(frame.captured_at)}
                loading="lazy"
                className="aspect-video w-full rounded-md bg-base-300 object-cover"
              />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
