import { ImageOff, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type CSSProperties, type ReactNode, type RefObject, useState } from 'react';
import { useParts } from '../api/parts.ts';
import type { Asset, Image } from '../api/types.ts';
import { aspectOf } from '../library/aspect.ts';
import { placeholderUrl } from '../library/placeholder.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { sharpestUrl, WIDEST } from './sharpest.ts';
import type { Zoom } from './useZoom.ts';

interface Props {
  /** What the library knows already; shown until the asset is here. */
  image: Image | undefined;
  asset: Asset | undefined;
  zoom: Zoom;
  room: RefObject<HTMLDivElement | null>;
  stage: RefObject<HTMLDivElement | null>;
  /** Drawn over the picture, in shares of its size. */
  children?: ReactNode;
}

/** A picture to be looked at closely: what is sharper takes the place of what is there as soon as it came. */
export function Viewer({ image, asset, zoom, room, stage, children }: Props) {
  const { asset: words } = useWords();
  const { api } = useParts();
  const known = asset ?? image;
  const rendition = asset?.renditions.find(({ preset }) => preset === 'zoom');
  const small = known?.card_url ?? known?.thumb_url ?? null;
  const placeholder = known?.thumbhash == null ? null : placeholderUrl(known.thumbhash);
  const nothing = known !== undefined && rendition === undefined && small === null;
  const { scale, x, y } = zoom.view;
  const pixels = (stage.current?.offsetWidth ?? 0) * scale * window.devicePixelRatio;
  const original =
    asset === undefined || scale === 1 ? null : sharpestUrl(asset, pixels, api.renderUrl(asset.id, WIDEST));
  const style = {
    ...(known === undefined ? {} : boxOf(known)),
    transform: `translate(${x}px, ${y}px) scale(${scale})`,
    '--zoom': scale,
  } as CSSProperties;

  return (
    <div className="relative h-[55dvh] shrink-0 bg-base-200 md:h-auto md:min-w-0 md:flex-1 md:shrink">
      <div
        ref={room}
        className={`absolute inset-3 touch-none overflow-hidden [container-type:size] ${scale > 1 ? 'cursor-grab active:cursor-grabbing' : ''}`}
        {...zoom.handlers}
      >
        <div ref={stage} className="absolute inset-0 m-auto" style={style}>
          {placeholder !== null && <Layer src={placeholder} className="rounded-sm" />}
          {small !== null && <Layer src={small} className="rounded-sm object-contain" />}
          {rendition !== undefined && (
            <Sharper
              key={rendition.url}
              src={rendition.url}
              alt={known === undefined ? '' : visibleText(known.name)}
            />
          )}
          {original !== null && <Sharper key={original} src={original} alt="" />}
          {children}
        </div>
      </div>
      {nothing && (
        <p className="pointer-events-none absolute inset-0 flex flex-col items-center justify-center gap-2 text-muted">
          <ImageOff aria-hidden className="size-10" />
          {known.status === 'processing' ? words.inTheMaking : words.noPicture}
        </p>
      )}
      <div className="absolute end-4 bottom-4 flex items-center gap-1 rounded-box border border-base-300 bg-base-100/90 p-1 shadow">
        <Tool label={words.smaller} icon={ZoomOut} onClick={zoom.smaller} disabled={scale <= 1} />
        <span className="w-12 text-center text-sm tabular-nums">{Math.round(scale * 100)} %</span>
        <Tool label={words.larger} icon={ZoomIn} onClick={zoom.larger} />
        <Tool label={words.fit} icon={Maximize} onClick={zoom.fit} disabled={scale === 1} />
      </div>
    </div>
  );
}

function Tool(props: { label: string; icon: typeof ZoomIn; onClick: () => void; disabled?: boolean }) {
  const { label, icon: Icon, onClick, disabled = false } = props;
  return (
    <button
      type="button"
      className="btn btn-ghost btn-square btn-sm"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon aria-hidden className="size-4" />
    </button>
  );
}

const Layer = ({ src, className }: { src: string; className: string }) => (
  <img src={src} alt="" draggable={false} className={`absolute inset-0 size-full ${className}`} />
);

/** Invisible until it is there; never there when it cannot be had. */
function Sharper({ src, alt }: { src: string; alt: string }) {
  const [state, setState] = useState<'loading' | 'shown' | 'broken'>('loading');
  if (state === 'broken') return null;
  return (
    <img
      src={src}
      alt={alt}
      draggable={false}
      onLoad={() => setState('shown')}
      onError={() => setState('broken')}
      className={`absolute inset-0 size-full rounded-sm object-contain transition-opacity duration-200 ${state === 'shown' ? '' : 'opacity-0'}`}
    />
  );
}

/** The largest box of the picture's shape inside the container, and never larger than the picture itself. */
function boxOf(known: Asset | Image): CSSProperties {
  const aspect = aspectOf(known);
  const own = known.width === null ? '' : `, ${Math.max(known.width, 64)}px`;
  return { width: `min(100cqw, 100cqh * ${aspect}${own})`, aspectRatio: aspect };
}
