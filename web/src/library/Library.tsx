import { memo, useEffect, useRef, useState } from 'react';
import { AssetDialog } from '../asset/AssetDialog.tsx';
import { closeAsset, goToAsset, useOpenAsset } from '../asset/address.ts';
import { plural } from '../format/size.ts';
import { EmptyLibrary } from './EmptyLibrary.tsx';
import { Grid } from './Grid.tsx';
import { More } from './More.tsx';
import { NewImages } from './NewImages.tsx';
import { SkeletonRows } from './SkeletonRows.tsx';
import { SourceFilter } from './SourceFilter.tsx';
import { useLibrary } from './useLibrary.ts';

/** Not drawn anew when only the imports beside it change. */
export const Library = memo(function Library() {
  const [source, setSource] = useState<string | null>(null);
  const { shown, error, hasMore, moreFailed, more } = useLibrary(source);
  const openId = useOpenAsset();
  const images = shown === null ? [] : [...shown.arrived, ...shown.rest];
  const empty = shown !== null && images.length === 0;

  // Focus returns to the picture that was looked at last, which need not be the one that was opened.
  const lastOpen = useRef<number | null>(null);
  useEffect(() => {
    if (openId === null && lastOpen.current !== null) {
      document.querySelector<HTMLElement>(`[data-image="${lastOpen.current}"]`)?.focus();
    }
    lastOpen.current = openId;
  }, [openId]);

  return (
    <div className="min-w-0">
      <div className="mb-3 flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1">
        <p className="text-sm text-muted tabular-nums">
          {shown === null || empty ? '' : plural(shown.total, 'image')}
        </p>
        {(!empty || source !== null) && <SourceFilter value={source} onChange={setSource} />}
      </div>
      {shown === null && error === null && <SkeletonRows rows={4} />}
      {error !== null && <p className="text-muted">The library cannot be read just now: {error.message}</p>}
      {empty && <EmptyLibrary filtered={source !== null} />}
      {shown !== null && !empty && (
        <>
          <NewImages arrived={shown.arrived.length} />
          <Grid shown={shown} />
          <More hasMore={hasMore} failed={moreFailed} more={more} held={images.length} />
        </>
      )}
      {openId !== null && (
        <AssetDialog
          id={openId}
          images={images}
          onGo={(id) => {
            goToAsset(id);
            if (id === images.at(-1)?.id) more();
          }}
          onClose={closeAsset}
        />
      )}
    </div>
  );
});
