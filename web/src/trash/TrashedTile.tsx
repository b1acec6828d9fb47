import type { TrashedImage } from '../api/types.ts';
import { formatBytes } from '../format/size.ts';
import { formatDay, formatExact } from '../format/time.ts';
import { Thumb } from '../library/Thumb.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

interface Props {
  image: TrashedImage;
  chosen: boolean;
  /** `null`: it cannot be taken out. */
  onToggle: (() => void) | null;
}

export function TrashedTile({ image, chosen, onToggle }: Props) {
  const { trash } = useWords();
  const name = visibleText(image.name);
  return (
    <li className="min-w-0">
      {onToggle === null ? (
        <Thumb image={image} />
      ) : (
        <label
          className={`relative block cursor-pointer rounded-md text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-primary ${chosen ? 'ring-4 ring-primary' : ''}`}
        >
          <Thumb image={image} />
          <input
            type="checkbox"
            className="checkbox checkbox-primary checkbox-sm absolute start-2 top-2 bg-base-100"
            aria-label={name}
            checked={chosen}
            onChange={onToggle}
          />
        </label>
      )}
      <p className="mt-1 truncate text-sm" title={name}>
        <Name>{image.name}</Name>
      </p>
      <p className="text-xs text-muted">
        {formatBytes(image.size)} · {trash.by[image.trashed_by]}
      </p>
      <p
        className="text-xs text-muted"
        title={image.purged_after === null ? '' : formatExact(image.purged_after)}
      >
        {image.purged_after === null ? trash.goesWithPurge : trash.until(formatDay(image.purged_after))}
      </p>
    </li>
  );
}
