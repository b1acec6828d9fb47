import { type MouseEvent, useMemo, useRef } from 'react';
import { useWords } from '../words/useWords.ts';
import type { Selection } from './filters.ts';
import { rowOf } from './gridKeys.ts';
import { justify } from './justify.ts';
import type { Outline } from './outline.ts';
import { Scrubber } from './Scrubber.tsx';
import type { Shelf } from './shelf.ts';
import { Tile } from './Tile.tsx';
import { type Choosing, useGridKeys } from './useGridKeys.ts';
import { useRowWindow } from './useRowWindow.ts';
import { useShelf } from './useShelf.ts';
import { useWidth } from './useWidth.ts';

const GAP = 6;
/** Row height to aim at, in CSS pixels, by the width there is: the wider, the fewer tiles for each screen. */
const targetFor = (width: number): number =>
  width < 480 ? 112 : width < 900 ? 150 : width < 2_000 ? 184 : 250;

interface Props {
  outline: Outline;
  selection: Selection;
  shelf: Shelf;
  selected: ReadonlySet<number>;
  choosing: Choosing;
  onOpen: (id: number) => void;
  /** Of the address, for links. */
  search: string;
}

/** Justified rows, of which only those near the screen are in the document. */
export function Grid({ outline, selection, shelf, selected, choosing, onOpen, search }: Props) {
  const { library } = useWords();
  const list = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  const rows = useMemo(() => {
    const shapes = outline.ids.map((id, position) => ({ id, aspect: outline.aspects[position] ?? 1 }));
    const measure = { width, gap: GAP, target: targetFor(width) };
    return justify(shapes.slice(0, outline.arrived), shapes.slice(outline.arrived), measure);
  }, [outline, width]);
  const view = useRowWindow(list, { rows, gap: GAP, positions: outline.positions });
  const { tabStop, onKeyDown, onFocus } = useGridKeys(list, outline, rows, view, choosing);
  useShelf(shelf, selection, outline, {
    from: rows[view.from]?.start ?? 0,
    to: rows[view.to]?.start ?? outline.ids.length,
  });

  function onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.altKey) return;
    const id = Number(event.target.closest<HTMLElement>('[data-image]')?.dataset['image']);
    const box = Number(event.target.closest<HTMLElement>('[data-choose]')?.dataset['choose']);
    if (Number.isInteger(box)) {
      if (event.shiftKey) choosing.extend(box);
      else choosing.toggle(box);
      return;
    }
    if (!Number.isInteger(id)) return;
    event.preventDefault();
    if (event.shiftKey) choosing.extend(id);
    else if (event.ctrlKey || event.metaKey || selected.size > 0) choosing.toggle(id);
    else onOpen(id);
  }

  const byTime = /created|taken/.test(selection.sort) && outline.ids.length > 300;
  const end = view.offsets[rows.length] ?? 0;
  const shareOf = (position: number): number =>
    end === 0 ? 0 : (view.offsets[rowOf(rows, position)] ?? 0) / end;
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: rows stand between the list and its items, which ul does not allow */}
      <div
        ref={list}
        role="list"
        aria-label={library.images}
        aria-describedby="grid-help"
        className={byTime ? 'me-6 sm:me-12' : ''}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onClick={onClick}
      >
        <div style={{ height: view.above }} />
        {rows.slice(view.from, view.to).map((row) => (
          <div
            key={row.key}
            role="presentation"
            className="flex"
            style={{ height: row.height, gap: GAP, marginBottom: GAP }}
          >
            {row.widths.map((tileWidth, column) => {
              const position = row.start + column;
              const id = outline.ids[position];
              return id === undefined ? null : (
                // biome-ignore lint/a11y/useSemanticElements: see above
                <div
                  key={id}
                  role="listitem"
                  aria-posinset={position + 1}
                  aria-setsize={outline.ids.length}
                  className="relative h-full shrink-0"
                  style={{ width: tileWidth }}
                >
                  <Tile
                    id={id}
                    image={shelf.get(id)}
                    width={tileWidth}
                    height={row.height}
                    tabStop={position === tabStop}
                    selected={selected.has(id)}
                    choosing={selected.size > 0}
                    search={search}
                  />
                </div>
              );
            })}
          </div>
        ))}
        <div style={{ height: view.below }} />
      </div>
      <p id="grid-help" className="sr-only">
        {library.gridHelp}
      </p>
      {byTime && <Scrubber list={list} chunks={outline.chunks} shareOf={shareOf} />}
    </div>
  );
}
