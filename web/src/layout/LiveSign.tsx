import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { useWords } from '../words/useWords.ts';

const COLOURS = { connecting: 'bg-neutral/60', live: 'bg-success', polling: 'bg-warning' } as const;

/** Whether what is on the page follows events or polls. */
export function LiveSign() {
  const { live } = useParts();
  const { shell } = useWords();
  const state = useStore(live.state);
  return (
    <p
      data-live={state}
      title={shell.liveTitles[state]}
      className="flex items-center gap-1.5 text-sm text-muted"
    >
      <span aria-hidden className={`size-2 rounded-full ${COLOURS[state]}`} />
      {shell.live[state]}
    </p>
  );
}
