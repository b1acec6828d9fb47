import { Pause, Play, Square } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatCount } from '../format/size.ts';
import { formatMoment } from '../format/time.ts';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import type { Camera } from './questions.ts';

const MODES = ['interval', 'continuous', 'on_change', 'burst', 'single_frame'] as const;
type Mode = (typeof MODES)[number];

/** What is captured just now, and the way to begin and to end it. */
export function SessionPanel({ camera }: { camera: Camera }) {
  const { api } = useParts();
  const { cameras } = useWords();
  const may = useMay('contributor');
  const [mode, setMode] = useState<Mode>('interval');
  const [seconds, setSeconds] = useState('60');
  const session = camera.current_session;
  const begin = useAct(
    () =>
      api.ask(
        api.client.POST('/cameras/{id}/sessions', {
          params: { path: { id: camera.id } },
          body: { capture_mode: mode, ...(mode === 'interval' && { interval_seconds: Number(seconds) }) },
        }),
      ),
    { stale: ['cameras'], said: () => cameras.begun },
  );
  const steer = useAct(
    (what: 'pause' | 'resume' | 'stop') =>
      api.ask(
        api.client.POST(`/capture/sessions/{id}/${what}`, { params: { path: { id: session?.id ?? '' } } }),
      ),
    { stale: ['cameras'] },
  );
  const button = (what: 'pause' | 'resume' | 'stop', Icon: typeof Pause) => (
    <button
      type="button"
      className="btn btn-plain btn-sm"
      disabled={steer.isPending}
      onClick={() => steer.mutate(what)}
    >
      <Icon aria-hidden className="size-4" />
      {cameras[what]}
    </button>
  );
  return (
    <Panel title={cameras.capture}>
      {session === null ? (
        <p className="text-muted">{cameras.noSession}</p>
      ) : (
        <>
          <p>
            <span className="font-medium">{cameras.states[session.state]}</span>{' '}
            <span className="text-muted">
              · {cameras.modes[session.order.capture_mode]} ·{' '}
              {cameras.since(formatMoment(session.started_at ?? session.created_at))}
            </span>
          </p>
          <p className="text-sm text-muted tabular-nums">
            {cameras.frames(session.frames)}
            {session.reconnects > 0 && ` · ${cameras.reconnects(session.reconnects)}`}
            {session.dropped_frames > 0 && ` · ${cameras.dropped(formatCount(session.dropped_frames))}`}
            {session.unchanged_frames > 0 && ` · ${cameras.unchanged(formatCount(session.unchanged_frames))}`}
          </p>
          {session.failure !== null && (
            <p className="mt-2 rounded-md bg-error/10 p-2.5 text-sm break-words">
              <span className="font-medium text-error">{session.failure.title}.</span>{' '}
              {session.failure.advice}
            </p>
          )}
          {may && (
            <div className="mt-3 flex flex-wrap gap-2">
              {session.wanted === 'run' && session.state !== 'needs_attention' && button('pause', Pause)}
              {(session.wanted === 'paused' || session.state === 'needs_attention') && button('resume', Play)}
              {button('stop', Square)}
            </div>
          )}
        </>
      )}
      {may && session === null && camera.enabled && (
        <form
          className="mt-3 flex flex-wrap items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            begin.mutate(undefined);
          }}
        >
          <label className="grid gap-1 text-sm">
            {cameras.mode}
            <select
              className="select select-sm"
              value={mode}
              onChange={({ target }) => setMode(target.value as Mode)}
            >
              {MODES.map((one) => (
                <option key={one} value={one}>
                  {cameras.modes[one]}
                </option>
              ))}
            </select>
          </label>
          {mode === 'interval' && (
            <label className="grid gap-1 text-sm">
              {cameras.seconds}
              <input
                className="input input-sm w-24"
                type="number"
                min={1}
                required
                value={seconds}
                onChange={({ target }) => setSeconds(target.value)}
              />
            </label>
          )}
          <button type="submit" className="btn btn-primary btn-sm" disabled={begin.isPending}>
            <Play aria-hidden className="size-4" />
            {cameras.begin}
          </button>
        </form>
      )}
    </Panel>
  );
}
