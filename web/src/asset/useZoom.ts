import { type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { FITTED, type Size, STEP, type View, within, zoomed } from './zoom.ts';

interface Point {
  x: number;
  y: number;
}

/** Wheel, pinch, drag and double click over a picture. @param stage the picture in its fitted size */
export function useZoom(room: RefObject<HTMLElement | null>, stage: RefObject<HTMLElement | null>) {
  const [view, setView] = useState<View>(FITTED);
  const held = useRef(new Map<number, Point>());

  /** `offsetWidth` is not what a transform makes of it. */
  const sizes = useCallback((): [fitted: Size, room: Size] => {
    const sizeOf = (element: HTMLElement | null): Size => ({
      width: element?.offsetWidth ?? 0,
      height: element?.offsetHeight ?? 0,
    });
    return [sizeOf(stage.current), sizeOf(room.current)];
  }, [room, stage]);
  const change = useCallback(
    (to: (now: View) => View) => setView((now) => within(to(now), ...sizes())),
    [sizes],
  );
  const pointOf = useCallback(
    ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
      const box = room.current?.getBoundingClientRect();
      if (box === undefined) return { x: 0, y: 0 };
      return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
    },
    [room],
  );
  const zoom = useCallback(
    (factor: number, point: Point = { x: 0, y: 0 }) => change((now) => zoomed(now, factor, point)),
    [change],
  );

  useEffect(() => {
    const element = room.current;
    if (element === null) return;
    // React listens passively, and the page behind would scroll.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / (event.ctrlKey ? 120 : 500)), pointOf(event));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [room, zoom, pointOf]);

  function onPointerDown(event: PointerEvent): void {
    held.current.set(event.pointerId, pointOf(event));
    event.currentTarget.setPointerCapture(event.pointerId);
  }
  function onPointerMove(event: PointerEvent): void {
    const before = held.current.get(event.pointerId);
    if (before === undefined) return;
    const now = pointOf(event);
    const other = [...held.current].find(([id]) => id !== event.pointerId)?.[1];
    held.current.set(event.pointerId, now);
    if (other === undefined) {
      change((at) => ({ ...at, x: at.x + now.x - before.x, y: at.y + now.y - before.y }));
      return;
    }
    const apart = (a: Point, b: Point): number => Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    zoom(apart(now, other) / apart(before, other), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }
  function onPointerUp(event: PointerEvent): void {
    held.current.delete(event.pointerId);
  }

  return {
    view,
    fit: () => setView(FITTED),
    larger: () => zoom(STEP),
    smaller: () => zoom(1 / STEP),
    handlers: {
      onPointerDown,
      onPointerMove,
      onPointerUp,
      onPointerCancel: onPointerUp,
      onDoubleClick: (event: { clientX: number; clientY: number }) =>
        view.scale > 1 ? setView(FITTED) : zoom(3, pointOf(event)),
    },
  };
}

export type Zoom = ReturnType<typeof useZoom>;
