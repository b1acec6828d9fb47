import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useParts } from '../api/parts.ts';
import type { Image } from '../api/types.ts';
import { useWords } from '../words/useWords.ts';
import { AssetHeader } from './AssetHeader.tsx';
import { isInField } from './editorKeys.ts';
import { Opened } from './Opened.tsx';
import { useAlone } from './useAlone.ts';
import { useKeys } from './useKeys.ts';

interface Props {
  id: number;
  /** What is known of it already. */
  image: Image | undefined;
  /** Its neighbours in the list that it was opened from. */
  previous: number | undefined;
  next: number | undefined;
  onGo: (id: number) => void;
  onClose: () => void;
  /** It was put into the trash. */
  onGone: (id: number) => void;
}

const STALE_MS = 30_000;

/** One image in full, over the page. Everything else is inert but the toasts, which say what was done and take it back. */
export function AssetDialog({ id, image, previous, next, onGo, onClose, onGone }: Props) {
  const { api } = useParts();
  const { asset: words } = useWords();
  const queries = useQueryClient();
  const dialog = useRef<HTMLDivElement>(null);
  /** What keys mean to the picture; whether they meant anything. */
  const onKey = useRef<(event: KeyboardEvent) => boolean>(() => false);
  useAlone(dialog);

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

  // biome-ignore lint/correctness/useExhaustiveDependencies: once the picture is here, its neighbours are likely next
  useEffect(() => {
    if (asset === undefined) return;
    for (const neighbour of [next, previous]) {
      if (neighbour !== undefined) void queries.prefetchQuery(question(neighbour));
    }
  }, [asset?.id, next, previous]);

  useKeys(dialog, (event) => {
    if (onKey.current(event)) return true;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || isInField(event)) return false;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowLeft' && previous !== undefined) onGo(previous);
    else if (event.key === 'ArrowRight' && next !== undefined) onGo(next);
    else return false;
    return true;
  });

  return createPortal(
    <div
      ref={dialog}
      role="dialog"
      aria-labelledby="asset-heading"
      tabIndex={-1}
      data-keys
      data-over-all
      className="fixed inset-0 z-40 flex flex-col overflow-hidden bg-base-100 text-base-content focus:outline-none"
    >
      <AssetHeader
        id={id}
        name={asset?.name ?? image?.name ?? words.image(id)}
        ready={asset?.status === 'ready'}
        onPrevious={previous === undefined ? null : () => onGo(previous)}
        onNext={next === undefined ? null : () => onGo(next)}
        onClose={onClose}
        onGone={() => {
          onGone(id);
          const neighbour = next ?? previous;
          if (neighbour === undefined) onClose();
          else onGo(neighbour);
        }}
      />
      <Opened key={id} id={id} image={image} asset={asset} error={error} onKey={onKey} />
    </div>,
    document.body,
  );
}
