import { Link } from 'react-router';
import { ConditionBadge } from '../cameras/ConditionBadge.tsx';
import { LastPicture } from '../cameras/LastPicture.tsx';
import { useCameras } from '../cameras/questions.ts';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

const SHOWN = 8;

/** The cameras' newest pictures; nothing where there are no cameras. */
export function CameraRow() {
  const { home, shell } = useWords();
  const { data } = useCameras();
  if (data === undefined || data.cameras.length === 0) return null;
  return (
    <Panel
      title={shell.places.cameras}
      actions={
        <Link to={addressOfPage('cameras')} className="link text-sm">
          {home.allCameras}
        </Link>
      }
    >
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4">
        {data.cameras.slice(0, SHOWN).map((camera) => (
          <li key={camera.id} className="min-w-0">
            <Link to={addressOfPage(`cameras/${camera.id}`)} className="block">
              <span className="block overflow-hidden rounded-md">
                <LastPicture camera={camera} />
              </span>
              <span className="mt-1 flex items-center gap-2 text-sm">
                <span className="min-w-0 flex-1 truncate">
                  <Name>{camera.name}</Name>
                </span>
                <ConditionBadge condition={camera.condition} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
