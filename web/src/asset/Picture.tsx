import { ImageOff } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import type { Asset, Image } from '../api/types.ts';
import { aspectOf } from '../library/aspect.ts';
import { placeholderUrl } from '../library/placeholder.ts';
import { visibleText } from '../names/visible.ts';

interface Props {
  /** What the library knows already; shown until the asset is here. */
  image: Image | undefined;
  asset: Asset | undefined;
}

/** The zoom rendition, in front of the smaller one, in front of the placeholder; all in one place, so nothing moves. */
export function Picture({ image, asset }: Props) {
  const [sharp, setSharp] = useState(false);
  const [broken, setBroken] = useState(false);
  const known = asset ?? image;
  const zoom = asset?.renditions.find((rendition) => rendition.preset === 'zoom');
  const small = known?.card_url ?? known?.thumb_url ?? null;
  const placeholder = known?.thumbhash == null ? null : placeholderUrl(known.thumbhash);
  const nothing = known !== undefined && zoom === undefined && small === null;

  return (
    <div className="relative h-[55dvh] shrink-0 bg-base-200 md:h-auto md:min-w-0 md:flex-1 md:shrink">
      <div className="absolute inset-3 [container-type:size]">
        <div className="absolute inset-0 m-auto" style={known === undefined ? {} : boxOf(known)}>
          {placeholder !== null && (
            <img src={placeholder} alt="" className="absolute inset-0 size-full rounded-sm" />
          )}
          {small !== null && (
            <img src={small} alt="" className="absolute inset-0 size-full rounded-sm object-contain" />
          )}
          {zoom !== undefined && !broken && (
            <img
              src={zoom.url}
              alt={known === undefined ? '' : visibleText(known.name)}
              onLoad={() => setSharp(true)}
              onError={() => setBroken(true)}
              className={`absolute inset-0 size-full rounded-sm object-contain transition-opacity duration-200 ${sharp ? '' : 'opacity-0'}`}
            />
          )}
        </div>
        {nothing && (
          <p className="absolute inset-0 flex flex-col items-center justify-center gap-2 text-muted">
            <ImageOff aria-hidden className="size-10" />
            {known.status === 'processing'
              ? 'Its renditions are being made …'
              : 'There is no picture to show.'}
          </p>
        )}
      </div>
    </div>
  );
}

/** The largest box of the picture's shape inside the container, and never larger than the picture itself. */
function boxOf(known: Asset | Image): CSSProperties {
  const aspect = aspectOf(known);
  const own = known.width === null ? '' : `, ${Math.max(known.width, 64)}px`;
  return { width: `min(100cqw, 100cqh * ${aspect}${own})`, aspectRatio: aspect };
}
