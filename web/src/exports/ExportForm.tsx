import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { Field } from '../layout/Field.tsx';
import { useWords } from '../words/useWords.ts';

type Format = Schemas['ExportCreate']['format'];
const FORMATS: readonly Format[] = ['csv', 'megadetector', 'coco', 'yolo', 'camtrap_dp', 'darwin_core'];
const DESIGNS = [
  'simpleRandom',
  'systematicRandom',
  'clusteredRandom',
  'experimental',
  'targeted',
  'opportunistic',
] as const;

/** Asks for an export: in which format, of which images. */
export function ExportForm() {
  const { api, session } = useParts();
  const { exports: words } = useWords();
  const [format, setFormat] = useState<Format>('csv');
  const [label, setLabel] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [sure, setSure] = useState('');
  const [project, setProject] = useState('');
  const [design, setDesign] = useState<(typeof DESIGNS)[number]>('opportunistic');
  const filter = {
    ...(label !== '' && { label }),
    ...(from !== '' && { taken_from: `${from}T00:00:00Z` }),
    ...(to !== '' && { taken_to: `${to}T23:59:59Z` }),
  };
  const begin = useAct(
    () =>
      api.ask(
        api.client.POST('/exports', {
          body: {
            ...{ tenant_name: session.tenant(), format },
            ...(Object.keys(filter).length > 0 && { filter }),
            ...(sure !== '' && { min_confidence: Number(sure) }),
            ...(format === 'camtrap_dp' && {
              project: {
                ...{ title: project, sampling_design: design, individual_animals: false },
                ...{ capture_method: ['activityDetection' as const], contributors: [{ title: project }] },
              },
            }),
          } as Schemas['ExportCreate'],
        }),
      ),
    { stale: ['exports'], said: () => words.begun },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    begin.mutate(undefined);
  }
  return (
    <form onSubmit={onSubmit} className="space-y-3">
      <Field label={words.format} hint={words.formatHints[format]}>
        {(named) => (
          <select
            {...named}
            className="select w-full"
            value={format}
            onChange={({ target }) => setFormat(target.value as Format)}
          >
            {FORMATS.map((one) => (
              <option key={one} value={one}>
                {words.formats[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {format === 'camtrap_dp' && (
        <>
          <Field label={words.project}>
            {(named) => (
              <input
                {...named}
                className="input w-full"
                required
                value={project}
                onChange={({ target }) => setProject(target.value)}
              />
            )}
          </Field>
          <Field label={words.design}>
            {(named) => (
              <select
                {...named}
                className="select w-full"
                value={design}
                onChange={({ target }) => setDesign(target.value as typeof design)}
              >
                {DESIGNS.map((one) => (
                  <option key={one} value={one}>
                    {words.designs[one]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
      <Field label={words.label} hint={words.labelHint}>
        {(named) => (
          <input
            {...named}
            className="input w-full"
            value={label}
            onChange={({ target }) => setLabel(target.value)}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={words.from}>
          {(named) => (
            <input
              {...named}
              className="input w-full"
              type="date"
              value={from}
              onChange={({ target }) => setFrom(target.value)}
            />
          )}
        </Field>
        <Field label={words.to}>
          {(named) => (
            <input
              {...named}
              className="input w-full"
              type="date"
              value={to}
              onChange={({ target }) => setTo(target.value)}
            />
          )}
        </Field>
      </div>
      <Field label={words.sure} hint={words.sureHint}>
        {(named) => (
          <input
            {...named}
            className="input w-full"
            type="number"
            min={0}
            max={1}
            step={0.05}
            value={sure}
            onChange={({ target }) => setSure(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="btn btn-primary" disabled={begin.isPending}>
        {words.begin}
      </button>
    </form>
  );
}
