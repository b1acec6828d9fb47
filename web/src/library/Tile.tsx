import { ImageOff } from 'lucide-react';
import { type CSSProperties, memo, useEffect, useState } from 'react';
import type { Image } from '../api/types.ts';
import { addressOf } from '../asset/address.ts';
import { visibleText } from '../names/visible.ts';
import { placeholderUrl } from './placeholder.ts';

interface Props {
  image: Image;
  width: number;
  height: number;
  /** Only one picture of the grid is a tab stop; arrow keys go from there. */
  tabStop: boolean;
}

/** Waits before a picture that did not come is asked for again, in milliseconds. */
const RETRY_MS = [2_000, 5_000, 10_000, 20_000, 40_000] as const;

export const Tile = memo(function Tile({ image, width, height, tabStop }: Props) {
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
  // A picture much smaller than its tile is shown in its own size: blown up it would only be a blur.
  const tiny = image.width !== null && image.width < width * 0.6;
  const placeholder = image.thumbhash === null ? null : placeholderUrl(image.thumbhash);
  const backdrop: CSSProperties = placeholder === null ? {} : { backgroundImage: `url("${placeholder}")` };
  return (
    <a
      href={addressOf(image.id)}
      data-image={image.id}
      tabIndex={tabStop ? 0 : -1}
      aria-label={visibleText(image.name)}
      title={visibleText(image.name)}
      className="group relative block size-full overflow-hidden rounded-md bg-base-300 bg-cover bg-center focus-visible:z-10"
      style={backdrop}
    >
      {src === null || state === 'broken' ? (
        <span className="flex size-full items-center justify-center">
          <span className="rounded-full bg-base-100/80 p-2 text-muted">
            <ImageOff aria-hidden className="size-5" />
          </span>
        </span>
      ) : (
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
      )}
      <span className="pointer-events-none absolute inset-0 rounded-md ring-1 ring-black/10 ring-inset transition group-hover:ring-2 group-hover:ring-primary dark:ring-white/10" />
    </a>
  );
});
