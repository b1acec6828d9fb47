import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';

const LOOKS = {
  connecting: ['Connecting', 'bg-neutral/60'],
  live: ['Live', 'bg-success'],
  polling: ['Reconnecting', 'bg-warning'],
} as const;

const TITLES = {
  connecting: 'The event stream is being opened.',
  live: 'Changes appear as they happen.',
  polling: 'The event stream is down: the page asks every few seconds instead.',
} as const;

/** Whether what is on the page follows events or polls. */
export function LiveSign() {
  const { live } = useParts();
  const state = useStore(live.state);
  const [word, colour] = LOOKS[state];
  return (
    <p data-live={state} title={TITLES[state]} className="flex items-center gap-1.5 text-sm text-muted">
      <span aria-hidden className={`size-2 rounded-full ${colour}`} />
      {word}
    </p>
  );
}
