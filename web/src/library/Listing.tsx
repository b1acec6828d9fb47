import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { useMay } from '../access/useMay.ts';
import { AssetDialog } from '../asset/AssetDialog.tsx';
import { useWords } from '../words/useWords.ts';
import { imageAddress, openImage, withoutImage } from './addresses.ts';
import { BulkBar } from './BulkBar.tsx';
import type { Selection } from './filters.ts';
import { Grid } from './Grid.tsx';
import { NewImages } from './NewImages.tsx';
import type { Outline } from './outline.ts';
import { extended, NOTHING, remaining, type Selected, toggled } from './selected.ts';
import type { Shelf } from './shelf.ts';
import { usePutAway } from './usePutAway.ts';

interface Props {
  outline: Outline;
  selection: Selection;
  shelf: Shelf;
  /** Images that were put away a moment ago. */
  onGone: (ids: ReadonlySet<number>) => void;
}

/** The images of the library, what is chosen of them, and the one that is open. */
export function Listing({ outline, selection, shelf, onGone }: Props) {
  const { library } = useWords();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const openId = openImage(params);
  const [chosen, setChosen] = useState<Selected>(NOTHING);
  const selected = useMemo(() => remaining(chosen, outline.positions), [chosen, outline]);
  const putAway = usePutAway(onGone);

  // Focus returns to the picture that was looked at last, which need not be the one that was opened.
  const lastOpen = useRef<number | null>(null);
  useEffect(() => {
    if (openId === null && lastOpen.current !== null)
      document.querySelector<HTMLElement>(`[data-image="${lastOpen.current}"]`)?.focus();
    lastOpen.current = openId;
  }, [openId]);

  const choosing = useMemo(
    () => ({
      toggle: (id: number) => setChosen((now) => toggled(now, id)),
      extend: (id: number) => setChosen((now) => extended(now, id, outline)),
      all: () => setChosen({ ids: new Set(outline.ids), anchor: null }),
      none: () => setChosen(NOTHING),
    }),
    [outline],
  );
  const may = useMay('contributor');
  const remove = (ids: ReadonlySet<number>): void => {
    if (!may) return;
    setChosen(NOTHING);
    void putAway([...ids]);
  };
  const search = params.toString();
  const { state } = useLocation();
  const openedHere: unknown = state?.openedHere;
  /** From one open image to the next is no step back: Back leads to the library. */
  const go = (id: number, next: boolean): void =>
    void navigate(imageAddress(id, search), {
      replace: next,
      state: { openedHere: !next || openedHere === true },
      preventScrollReset: true,
    });
  function close(): void {
    if (openedHere === true) void navigate(-1);
    else void navigate(withoutImage(search), { replace: true, preventScrollReset: true });
  }
  const place = openId === null ? undefined : outline.positions.get(openId);

  return (
    <>
      <NewImages arrived={outline.arrived} />
      <Grid
        outline={outline}
        selection={selection}
        shelf={shelf}
        selected={selected.ids}
        choosing={{
          ...choosing,
          remove: (id) => remove(selected.ids.size > 0 ? selected.ids : new Set([id])),
        }}
        onOpen={(id) => go(id, false)}
        search={search}
      />
      {outline.ids.length > 60 && (
        <p className="py-6 text-center text-sm text-muted">{library.end(outline.ids.length)}</p>
      )}
      {selected.ids.size > 0 && (
        <BulkBar
          selected={selected.ids}
          all={outline.ids.length}
          onAll={choosing.all}
          onNone={choosing.none}
          onTrash={() => remove(selected.ids)}
        />
      )}
      {openId !== null && (
        <AssetDialog
          id={openId}
          image={shelf.get(openId)}
          previous={place === undefined ? undefined : outline.ids[place - 1]}
          next={place === undefined ? undefined : outline.ids[place + 1]}
          onGo={(id) => go(id, true)}
          onClose={close}
          onGone={(id) => onGone(new Set([id]))}
        />
      )}
    </>
  );
}
