import { type RefObject, useEffect } from 'react';

/** While an element is there, the page behind it is inert and keeps still; the focus goes there. */
export function useAlone(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const behind = document.getElementById('root');
    behind?.setAttribute('inert', '');
    element.current?.focus({ preventScroll: true });
    return () => behind?.removeAttribute('inert');
  }, [element]);
}
