import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keys that mean something while the focus is in an element, or nowhere: a button that is switched off or vanishes takes
 * the focus along, and the next key must not be lost.
 * @param onKey says whether a key meant anything
 */
export function useKeys(
  place: RefObject<HTMLElement | null>,
  onKey: (event: KeyboardEvent) => boolean,
): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    function listen(event: KeyboardEvent): void {
      const { target } = event;
      const here = target === document.body || (target instanceof Node && place.current?.contains(target));
      if (here === true && !event.defaultPrevented && latest.current(event)) event.preventDefault();
    }
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [place]);
}
