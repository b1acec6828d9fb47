import { Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { spoken } from '../format/locale.ts';
import { formatMoment } from '../format/time.ts';
import { Field } from '../layout/Field.tsx';
import { OnOff } from '../layout/OnOff.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { type CaptureWindow, useWindows } from './questions.ts';

const ALL_DAYS = 7;
const dayName = spoken((of) => new Intl.DateTimeFormat(of, { weekday: 'short', timeZone: 'UTC' }));
/** @param day 1 is Monday; 1970-01-05 was one */
const nameOf = (day: number): string => dayName().format(new Date(Date.UTC(1970, 0, 4 + day)));

/** Times of the day at which a camera captures by itself. */
export function WindowsPanel({ cameraId }: { cameraId: string }) {
  const { cameras } = useWords();
  const may = useMay('manager');
  const { data } = useWindows(cameraId);
  return (
    <Panel title={cameras.windows}>
      {data?.windows.length === 0 && <p className="text-muted">{cameras.noWindows}</p>}
      <ul className="divide-y divide-base-300">
        {data?.windows.map((window) => (
          <WindowRow key={window.id} cameraId={cameraId} window={window} may={may} />
        ))}
      </ul>
      {may && <NewWindow cameraId={cameraId} />}
    </Panel>
  );
}

function WindowRow({ cameraId, window, may }: { cameraId: string; window: CaptureWindow; may: boolean }) {
  const { api } = useParts();
  const { cameras } = useWords();
  const path = { id: cameraId, window_id: window.id };
  const change = useAct(
    (enabled: boolean) =>
      api.ask(api.client.PATCH('/cameras/{id}/windows/{window_id}', { params: { path }, body: { enabled } })),
    { stale: ['cameras'] },
  );
  const remove = useAct(
    () => api.done(api.client.DELETE('/cameras/{id}/windows/{window_id}', { params: { path } })),
    { stale: ['cameras'], said: () => cameras.windowRemoved },
  );
  return (
    <li className="flex items-center gap-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">
          <Name>{window.name}</Name>
        </p>
        <p className="text-sm text-muted">
          {cameras.fromTo(window.from, window.to)} ·{' '}
          {window.days.length === ALL_DAYS ? cameras.everyDay : window.days.map(nameOf).join(', ')}
          {window.next !== null && ` · ${cameras.nextWindow(formatMoment(window.next.from))}`}
        </p>
      </div>
      {may && (
        <>
          <OnOff
            label={cameras.windowOn(visibleText(window.name))}
            on={window.enabled}
            disabled={change.isPending}
            onChange={(on) => change.mutate(on)}
          />
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-label={cameras.removeWindow(visibleText(window.name))}
            disabled={remove.isPending}
            onClick={() => remove.mutate(undefined)}
          >
            <Trash2 aria-hidden className="size-4" />
          </button>
        </>
      )}
    </li>
  );
}

function NewWindow({ cameraId }: { cameraId: string }) {
  const { api } = useParts();
  const { cameras } = useWords();
  const [name, setName] = useState('');
  const [from, setFrom] = useState('sunset');
  const [to, setTo] = useState('sunrise');
  const add = useAct(
    () =>
      api.ask(
        api.client.POST('/cameras/{id}/windows', {
          params: { path: { id: cameraId } },
          body: {
            name: name.trim(),
            from: from.trim(),
            to: to.trim(),
            days: [1, 2, 3, 4, 5, 6, 7],
            order: {},
            enabled: true,
          },
        }),
      ),
    { stale: ['cameras'], said: () => cameras.windowAdded, after: () => setName('') },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(undefined);
  }
  const field = (label: string, value: string, set: (text: string) => void) => (
    <Field label={label}>
      {(named) => (
        <input
          {...named}
          className="input input-sm w-full"
          required
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={onSubmit} className="mt-3 grid items-end gap-2 sm:grid-cols-[1fr_7rem_7rem_auto]">
      {field(cameras.windowName, name, setName)}
      {field(cameras.windowFrom, from, setFrom)}
      {field(cameras.windowTo, to, setTo)}
      <button type="submit" className="btn btn-plain btn-sm" disabled={add.isPending}>
        {cameras.addWindow}
      </button>
      <p className="text-xs text-muted sm:col-span-4">{cameras.windowHint}</p>
    </form>
  );
}
