import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Field } from '../layout/Field.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';

type Fit = Schemas['Preset']['fit'];
type Format = Schemas['Preset']['format'];
const FITS: readonly Fit[] = ['inside', 'cover', 'contain'];
const FORMATS: readonly Format[] = ['jpeg', 'webp', 'avif'];

/** The sizes that are made of images. */
export function Presets() {
  const { api, session } = useParts();
  const { settings } = useWords();
  const may = useMay('manager');
  const query = { tenant_name: session.tenant() };
  const { data, error } = useQuery({
    queryKey: ['presets'],
    queryFn: () => api.ask(api.client.GET('/presets', { params: { query } })),
  });
  const retire = useAct(
    (name: string) => api.done(api.client.DELETE('/presets/{name}', { params: { path: { name }, query } })),
    { stale: ['presets'], said: () => settings.presetRetired },
  );
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title={settings.tabs.presets}>
        {data === undefined && (error === null ? <Waiting /> : <Unreadable error={error} />)}
        <ul className="divide-y divide-base-300">
          {data?.presets.map((preset) => (
            <li key={preset.name} className="flex flex-wrap items-center gap-3 py-2">
              <div className="min-w-0 flex-1 basis-48">
                <p className="font-medium">{preset.name}</p>
                <p className="text-sm text-muted">
                  {settings.presetIs(
                    `${preset.width} × ${preset.height}`,
                    settings.fits[preset.fit],
                    `${preset.format} ${preset.quality}`,
                  )}
                  {preset.eager && ` · ${settings.eager}`}
                </p>
              </div>
              {preset.built_in ? (
                <span className="badge badge-neutral badge-soft badge-sm">{settings.builtIn}</span>
              ) : (
                may && (
                  <ConfirmButton
                    question={settings.retireQuestion(preset.name)}
                    advice={settings.retireAdvice}
                    doIt={settings.retire}
                    onConfirm={() => retire.mutate(preset.name)}
                  >
                    {settings.retire}
                  </ConfirmButton>
                )
              )}
            </li>
          ))}
        </ul>
      </Panel>
      {may && <AddPreset />}
    </div>
  );
}

function AddPreset() {
  const { api, session } = useParts();
  const { settings } = useWords();
  const [name, setName] = useState('');
  const [width, setWidth] = useState('800');
  const [height, setHeight] = useState('800');
  const [fit, setFit] = useState<Fit>('inside');
  const [format, setFormat] = useState<Format>('jpeg');
  const [eager, setEager] = useState(false);
  const add = useAct(
    () =>
      api.ask(
        api.client.POST('/presets', {
          params: { query: { tenant_name: session.tenant() } },
          body: {
            ...{ name: name.trim(), fit, format, eager },
            ...{ width: Number(width), height: Number(height) },
          } as Schemas['PresetCreate'],
        }),
      ),
    { stale: ['presets'], said: () => settings.presetAdded, after: () => setName('') },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(undefined);
  }
  const pick = <T extends string>(
    label: string,
    value: T,
    all: readonly T[],
    set: (value: T) => void,
    word: (value: T) => string,
  ) => (
    <Field label={label}>
      {(named) => (
        <select
          {...named}
          className="select w-full"
          value={value}
          onChange={({ target }) => set(target.value as T)}
        >
          {all.map((one) => (
            <option key={one} value={one}>
              {word(one)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  const field = (label: string, value: string, set: (text: string) => void, type: string) => (
    <Field label={label}>
      {(named) => (
        <input
          {...named}
          type={type}
          min={1}
          required
          className="input w-full"
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <Panel title={settings.addPreset}>
      <form onSubmit={onSubmit} className="space-y-3">
        {field(settings.name, name, setName, 'text')}
        <div className="grid grid-cols-2 gap-3">
          {field(settings.width, width, setWidth, 'number')}
          {field(settings.height, height, setHeight, 'number')}
          {pick(settings.fit, fit, FITS, setFit, (one) => settings.fits[one])}
          {pick(settings.format, format, FORMATS, setFormat, (one) => one.toUpperCase())}
        </div>
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="checkbox checkbox-sm"
            checked={eager}
            onChange={({ target }) => setEager(target.checked)}
          />
          {settings.eager}
        </label>
        <button type="submit" className="btn btn-primary btn-sm" disabled={add.isPending}>
          {settings.add}
        </button>
      </form>
    </Panel>
  );
}
