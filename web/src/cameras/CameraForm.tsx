import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { Field } from '../layout/Field.tsx';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import type { Camera } from './questions.ts';

interface Props {
  camera?: Camera;
  /** Of a new camera, where one was given before. */
  url?: string;
}

const numberOr = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** What is said of a camera. User name and password may be in the address; they are taken out and sealed. */
export function CameraForm({ camera, url = '' }: Props) {
  const { api, session } = useParts();
  const { cameras, imports, shell } = useWords();
  const navigate = useNavigate();
  const [name, setName] = useState(camera?.name ?? '');
  const [address, setAddress] = useState(camera?.rtsp_url ?? url);
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [latitude, setLatitude] = useState(String(camera?.latitude ?? ''));
  const [longitude, setLongitude] = useState(String(camera?.longitude ?? ''));
  const [timezone, setTimezone] = useState(camera?.timezone ?? '');
  const [enabled, setEnabled] = useState(camera?.enabled ?? true);

  const said = {
    ...{ name: name.trim(), rtsp_url: address.trim(), enabled },
    ...{ latitude: numberOr(latitude), longitude: numberOr(longitude) },
    timezone: timezone.trim() === '' ? null : timezone.trim(),
    ...(password !== '' && { username, password }),
  };
  const save = useAct(
    () =>
      camera === undefined
        ? api.ask(
            api.client.POST('/cameras', { body: { defaults: {}, ...said, tenant_name: session.tenant() } }),
          )
        : api.ask(api.client.PATCH('/cameras/{id}', { params: { path: { id: camera.id } }, body: said })),
    {
      stale: ['cameras'],
      said: () => shell.saved,
      after: (saved) => void navigate(addressOfPage(`cameras/${saved.id}`)),
    },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(undefined);
  }
  const text = (
    label: string,
    value: string,
    set: (text: string) => void,
    more: { hint?: string; type?: string; required?: boolean; placeholder?: string } = {},
  ) => (
    <Field label={label} {...(more.hint !== undefined && { hint: more.hint })}>
      {(named) => (
        <input
          {...named}
          className="input w-full"
          type={more.type ?? 'text'}
          required={more.required ?? false}
          placeholder={more.placeholder}
          autoComplete={more.type === 'password' ? 'new-password' : 'off'}
          spellCheck={false}
          {...(more.type === 'number' && { step: 'any' })}
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={onSubmit} className="space-y-4">
      {text(cameras.name, name, setName, { required: true })}
      {text(cameras.address, address, setAddress, {
        ...{ required: true, placeholder: 'rtsp://192.0.2.7/stream1' },
        hint: camera?.has_credentials ? cameras.credentialsKept : cameras.addressHint,
      })}
      <div className="grid gap-3 sm:grid-cols-2">
        {text(imports.userName, username, setUsername)}
        {text(imports.password, password, setPassword, { type: 'password' })}
      </div>
      <div className="grid gap-3 sm:grid-cols-3">
        {text(cameras.latitude, latitude, setLatitude, { type: 'number' })}
        {text(cameras.longitude, longitude, setLongitude, { type: 'number' })}
        {text(cameras.timezone, timezone, setTimezone, { placeholder: 'Europe/Berlin' })}
      </div>
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="checkbox checkbox-sm"
          checked={enabled}
          onChange={({ target }) => setEnabled(target.checked)}
        />
        {cameras.enabled}
      </label>
      <button type="submit" className="btn btn-primary" disabled={save.isPending}>
        {shell.save}
      </button>
    </form>
  );
}
