import { Check, ImageOff } from 'lucide-react';
import { type CSSProperties, memo, useEffect, useState } from 'react';
import type { Image } from '../api/types.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { imageAddress } from './addresses.ts';
import { placeholderUrl } from './placeholder.ts';

interface Props {
  id: number;
  /** Not known while it is asked for; its place is there already. */
  image: Image | undefined;
  width: number;
  height: number;
  /** Only one picture of the grid is a tab stop; arrow keys go from there. */
  tabStop: boolean;
  selected: boolean;
  /** Whether anything is chosen, so that a click chooses more. */
  choosing: boolean;
  search: string;
}

/** Waits before a picture that did not come is asked for again, in milliseconds. */
const RETRY_MS = [2_000, 5_000, 10_000, 20_000, 40_000] as const;

export const Tile = memo(function Tile(props: Props) {
  const { id, image, tabStop, selected, choosing, search } = props;
  const { library } = useWords();
  const name = image === undefined ? library.image(id) : visibleText(image.name);
  const placeholder = image?.thumbhash == null ? null : placeholderUrl(image.thumbhash);
  const backdrop: CSSProperties = placeholder === null ? {} : { backgroundImage: `url("${placeholder}")` };
  return (
    <>
      <a
        href={imageAddress(id, search)}
        data-image={id}
        tabIndex={tabStop ? 0 : -1}
        aria-label={selected ? library.selectedImage(name) : name}
        title={name}
        draggable={false}
        className={`group peer relative block size-full overflow-hidden rounded-md bg-base-300 bg-cover bg-center focus-visible:z-10 ${selected ? 'ring-4 ring-primary' : ''}`}
        style={backdrop}
      >
        {image !== undefined && <Thumbnail {...props} image={image} />}
        <span
          className={`pointer-events-none absolute inset-0 rounded-md ring-1 ring-black/10 ring-inset transition group-hover:ring-2 group-hover:ring-primary dark:ring-white/10 ${selected ? 'bg-primary/25' : ''}`}
        />
      </a>
      <button
        type="button"
        data-choose={id}
        tabIndex={-1}
        aria-pressed={selected}
        aria-label={library.choose(name)}
        className={`absolute start-1.5 top-1.5 z-10 flex size-7 items-center justify-center rounded-full border-2 shadow transition-opacity ${
          selected
            ? 'border-primary bg-primary text-primary-content'
            : `border-white bg-black/45 text-transparent hover:text-white ${choosing ? '' : 'opacity-0 peer-hover:opacity-100 hover:opacity-100 [@media(hover:none)]:opacity-70'}`
        }`}
      >
        <Check aria-hidden className="size-4" />
      </button>
    </>
  );
});

function Thumbnail({ image, width, height }: { image: Image; width: number; height: number }) {
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  const [tries, setTries] = useState(0);
  const retryMs = RETRY_MS[tries];
  useEffect(() => {
    if (state !== 'broken' || retryMs === undefined) return;
    const timer = setTimeout(() => {
      setTries((count) => count + 1);
      setState('loading');
    }, retryMs);
    return () => clearTimeout(timer);
  }, [state, retryMs]);

  const src = image.card_url ?? image.thumb_url;
  if (src === null || state === 'broken') {
    return (
      <span className="flex size-full items-center justify-center">
        <span className="rounded-full bg-base-100/80 p-2 text-muted">
          <ImageOff aria-hidden className="size-5" />
        </span>
      </span>
    );
  }
  // A picture much smaller than its tile is shown in its own size: blown up it would only be a blur.
  const tiny = image.width !== null && image.width < width * 0.6;
  return (
    <img
      src={src}
      alt=""
      width={Math.round(width)}
      height={height}
      decoding="async"
      draggable={false}
      onLoad={() => setState('shown')}
      onError={() => setState('broken')}
      className={`size-full ${tiny ? 'object-scale-down' : 'object-contain'} transition-opacity duration-300 ${state === 'shown' ? 'opacity-100' : 'opacity-0'}`}
    />
  );
}
