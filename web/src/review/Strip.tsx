import { Check } from 'lucide-react';
import type { Image } from '../api/types.ts';
import { placeholderUrl } from '../library/placeholder.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

interface Props {
  group: readonly Image[];
  current: number;
  isDone: (id: number) => boolean;
  onGo: (id: number) => void;
}

/** The images of a sequence that wait together, in their order. */
export function Strip({ group, current, isDone, onGo }: Props) {
  const { review } = useWords();
  if (group.length < 2) return null;
  return (
    <ol aria-label={review.sequence(group.length)} className="mb-3 flex gap-1.5 overflow-x-auto p-1">
      {group.map((image) => {
        const done = isDone(image.id);
        return (
          <li key={image.id} className="shrink-0">
            <button
              type="button"
              aria-current={image.id === current}
              aria-label={done ? review.doneImage(visibleText(image.name)) : visibleText(image.name)}
              className={`relative block h-16 w-20 overflow-hidden rounded-md bg-base-300 bg-cover bg-center ${image.id === current ? 'ring-3 ring-primary' : ''} ${done ? 'opacity-50' : ''}`}
              style={
                image.thumbhash === null
                  ? {}
                  : { backgroundImage: `url("${placeholderUrl(image.thumbhash) ?? ''}")` }
              }
              onClick={() => onGo(image.id)}
            >
              {image.thumb_url !== null && (
                <img src={image.thumb_url} alt="" loading="lazy" className="size-full object-cover" />
              )}
              {done && (
                <Check
                  aria-hidden
                  className="absolute end-1 bottom-1 size-4 rounded-full bg-success text-success-content"
                />
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
