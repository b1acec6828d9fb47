import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatNumber } from '../format/size.ts';
import { Field } from '../layout/Field.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

/** Where cameras stand. */
export function Places() {
  const { api, session } = useParts();
  const { settings } = useWords();
  const may = useMay('manager');
  const tenant = { tenant_name: session.tenant() };
  const { data, error } = useQuery({
    queryKey: ['locations'],
    queryFn: () => api.ask(api.client.GET('/locations', { params: { query: tenant } })),
  });
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title={settings.tabs.places}>
        {data === undefined && (error === null ? <Waiting /> : <Unreadable error={error} />)}
        {data?.length === 0 && <p className="text-muted">{settings.noPlaces}</p>}
        <ul className="divide-y divide-base-300">
          {data?.map((place) => (
            <li key={place.id} className="py-2">
              <p className="font-medium break-words">
                <Name>{place.name}</Name>
              </p>
              <p className="text-sm text-muted">
                {[
                  place.latitude !== null && place.longitude !== null
                    ? `${formatNumber(place.latitude, 5)}°, ${formatNumber(place.longitude, 5)}°`
                    : null,
                  place.timezone,
                  place.country,
                ]
                  .filter((text) => text !== null)
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ul>
      </Panel>
      {may && <AddPlace />}
    </div>
  );
}

function AddPlace() {
  const { api, session } = useParts();
  const { settings, cameras } = useWords();
  const [name, setName] = useState('');
  const [latitude, setLatitude] = useState('');
  const [longitude, setLongitude] = useState('');
  const [timezone, setTimezone] = useState('');
  const add = useAct(
    () =>
      api.ask(
        api.client.POST('/locations', {
          body: {
            ...{ name: name.trim(), tenant_name: session.tenant() },
            latitude: latitude === '' ? null : Number(latitude),
            longitude: longitude === '' ? null : Number(longitude),
            timezone: timezone === '' ? null : timezone,
          },
        }),
      ),
    { stale: ['locations'], said: () => settings.placeAdded, after: () => setName('') },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(undefined);
  }
  const field = (
    label: string,
    value: string,
    set: (text: string) => void,
    type: string,
    required = false,
  ) => (
    <Field label={label}>
      {(named) => (
        <input
          {...named}
          type={type}
          {...(type === 'number' && { step: 'any' })}
          required={required}
          className="input w-full"
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <Panel title={settings.addPlace}>
      <form onSubmit={onSubmit} className="space-y-3">
        {field(settings.name, name, setName, 'text', true)}
        <div className="grid grid-cols-2 gap-3">
          {field(cameras.latitude, latitude, setLatitude, 'number')}
          {field(cameras.longitude, longitude, setLongitude, 'number')}
        </div>
        {field(cameras.timezone, timezone, setTimezone, 'text')}
        <button type="submit" className="btn btn-primary btn-sm" disabled={add.isPending}>
          {settings.add}
        </button>
      </form>
    </Panel>
  );
}
