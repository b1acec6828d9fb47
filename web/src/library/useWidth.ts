import { type RefObject, useLayoutEffect, useState } from 'react';

/** Inner width of an element in CSS pixels, known before the first paint and kept. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const measured = element.current;
    setWidth(measured.clientWidth);
    const watcher = new ResizeObserver(() => setWidth(measured.clientWidth));
    watcher.observe(measured);
    return () => watcher.disconnect();
  }, [element]);
  return width;
}
