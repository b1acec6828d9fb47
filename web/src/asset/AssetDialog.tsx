import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import type { Image } from '../api/types.ts';
import { Name } from '../names/Name.tsx';
import { Details } from './Details.tsx';
import { Picture } from './Picture.tsx';

interface Props {
  id: number;
  /** The library as it is shown: the way to the neighbours. */
  images: readonly Image[];
  onGo: (id: number) => void;
  onClose: () => void;
}

const STALE_MS = 30_000;

/** One image in full. A native modal dialog: focus stays inside, Escape closes, the page behind is inert. */
export function AssetDialog({ id, images, onGo, onClose }: Props) {
  const { api } = useParts();
  const queries = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const position = images.findIndex((image) => image.id === id);
  const image = images[position];
  const previous = position > 0 ? images[position - 1]?.id : undefined;
  const next = position >= 0 ? images[position + 1]?.id : undefined;

  const question = (assetId: number) => ({
    queryKey: ['asset', assetId],
    queryFn: () => api.getAsset(assetId),
    staleTime: STALE_MS,
  });
  const { data: asset, error } = useQuery({
    ...question(id),
    refetchInterval: ({ state }) =>
      state.status === 'error' || state.data?.status === 'processing' ? 3_000 : false,
  });

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once the picture is here, its neighbours are likely next
  useEffect(() => {
    if (asset === undefined) return;
    for (const neighbour of [next, previous]) {
      if (neighbour !== undefined) void queries.prefetchQuery(question(neighbour));
    }
  }, [asset?.id, next, previous]);

  const go = (to: number | undefined): void => {
    if (to !== undefined) onGo(to);
  };

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === 'ArrowLeft') go(previous);
    else if (event.key === 'ArrowRight') go(next);
    else return;
    event.preventDefault();
  }

  function onClick(event: MouseEvent): void {
    if (event.target === dialog.current) onClose();
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby="asset-heading"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={onKeyDown}
      onClick={onClick}
      className="fixed inset-0 m-auto h-dvh max-h-none w-dvw max-w-none overflow-hidden bg-base-100 text-base-content backdrop:bg-black/65 md:h-[calc(100dvh-3rem)] md:w-[calc(100dvw-3rem)] md:max-w-[1560px] md:rounded-box md:shadow-2xl"
    >
      <div className="flex size-full flex-col">
        <header className="flex items-center gap-2 border-b border-base-300 py-2 ps-4 pe-2">
          <h2 id="asset-heading" className="min-w-0 flex-1 truncate font-medium">
            <Name>{asset?.name ?? image?.name ?? `Image ${id}`}</Name>
          </h2>
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-label="Previous image"
            disabled={previous === undefined}
            onClick={() => go(previous)}
          >
            <ChevronLeft aria-hidden className="size-5" />
          </button>
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-label="Next image"
            disabled={next === undefined}
            onClick={() => go(next)}
          >
            <ChevronRight aria-hidden className="size-5" />
          </button>
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-label="Close"
            onClick={onClose}
          >
            <X aria-hidden className="size-5" />
          </button>
        </header>
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto md:flex-row md:overflow-hidden">
          <Picture key={id} image={image} asset={asset} />
          <section
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
            tabIndex={0}
            aria-label="About this image"
            className="p-4 md:w-92 md:shrink-0 md:overflow-y-auto md:border-s md:border-base-300 lg:w-104"
          >
            {asset === undefined ? (
              <p role="status" className="text-muted">
                {error === null ? 'Loading …' : error.message}
              </p>
            ) : (
              <Details asset={asset} />
            )}
          </section>
        </div>
      </div>
    </dialog>
  );
}
