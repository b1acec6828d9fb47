import { CameraOff } from 'lucide-react';
import { useState } from 'react';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';
import type { CameraInList } from './questions.ts';

/** The newest picture of a camera. Where none comes, it says so. */
export function LastPicture({ camera }: { camera: Pick<CameraInList, 'id' | 'last_frame_at'> }) {
  const { session } = useParts();
  const { cameras } = useWords();
  const [broken, setBroken] = useState<string | null>(null);
  if (camera.last_frame_at === null || broken === camera.last_frame_at) {
    return (
      <div className="flex aspect-video w-full flex-col items-center justify-center gap-2 bg-base-300 text-muted">
        <CameraOff aria-hidden className="size-6" />
        <span className="text-sm">{cameras.noPicture}</span>
      </div>
    );
  }
  return (
    <img
      // Another picture has another address.
      src={session.viewable(`/cameras/${camera.id}/snapshot?of=${encodeURIComponent(camera.last_frame_at)}`)}
      alt=""
      className="aspect-video w-full bg-base-300 object-contain"
      onError={() => setBroken(camera.last_frame_at)}
    />
  );
}
