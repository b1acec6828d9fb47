import { useMemo, useRef } from 'react';
import { aspectOf } from './aspect.ts';
import { justify } from './justify.ts';
import type { Shown } from './shelf.ts';
import { Tile } from './Tile.tsx';
import { useGridKeys } from './useGridKeys.ts';
import { useRowWindow } from './useRowWindow.ts';
import { useWidth } from './useWidth.ts';

const GAP = 6;
/** Row height to aim at, in CSS pixels, by the width there is. */
const targetFor = (width: number): number => (width < 480 ? 112 : width < 900 ? 150 : 184);

/** Justified rows, of which only those near the screen are in the document. */
export function Grid({ shown }: { shown: Shown }) {
  const list = useRef<HTMLDivElement>(null);
  const width = useWidth(list);
  const images = useMemo(() => [...shown.arrived, ...shown.rest], [shown]);
  const rows = useMemo(() => {
    const shapeOf = (image: (typeof images)[number]) => ({ id: image.id, aspect: aspectOf(image) });
    return justify(shown.arrived.map(shapeOf), shown.rest.map(shapeOf), {
      width,
      gap: GAP,
      target: targetFor(width),
    });
  }, [shown, width]);
  const positions = useMemo(() => new Map(images.map((image, position) => [image.id, position])), [images]);
  const view = useRowWindow(list, { rows, gap: GAP, positions });
  const { tabStop, onKeyDown, onFocus } = useGridKeys(list, images, rows, view);

  return (
    // biome-ignore lint/a11y/useSemanticElements: rows stand between the list and its items, which ul does not allow
    <div ref={list} role="list" aria-label="Images" onKeyDown={onKeyDown} onFocus={onFocus}>
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
            const image = images[position];
            return image === undefined ? null : (
              // biome-ignore lint/a11y/useSemanticElements: see above
              <div
                key={image.id}
                role="listitem"
                aria-posinset={position + 1}
                aria-setsize={shown.total}
                className="h-full shrink-0"
                style={{ width: tileWidth }}
              >
                <Tile image={image} width={tileWidth} height={row.height} tabStop={position === tabStop} />
              </div>
            );
          })}
        </div>
      ))}
      <div style={{ height: view.below }} />
    </div>
  );
}
