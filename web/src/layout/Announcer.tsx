import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';

/** What screen readers are told in passing. */
export function Announcer() {
  const { announcer } = useParts();
  return (
    <p aria-live="polite" className="sr-only">
      {useStore(announcer)}
    </p>
  );
}
