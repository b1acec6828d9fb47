import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatDay, formatMoment } from '../format/time.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Field } from '../layout/Field.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { Shown } from './Shown.tsx';

type Scope = Schemas['ApiKeyCreate']['scopes'][number];
const AREAS = ['all', 'library', 'uploads', 'imports', 'cameras', 'access'] as const;
const LEVELS = ['read', 'write', 'admin'] as const;

/** Keys of programs. A key is shown once, when it is made. */
export function Keys() {
  const { api, session } = useParts();
  const { settings } = useWords();
  const [name, setName] = useState('');
  const [area, setArea] = useState<(typeof AREAS)[number]>('uploads');
  const [level, setLevel] = useState<(typeof LEVELS)[number]>('write');
  const { data, error } = useQuery({
    queryKey: ['keys'],
    queryFn: () => api.ask(api.client.GET('/api-keys')),
  });
  const make = useAct(
    () =>
      api.ask(
        api.client.POST('/api-keys', {
          body: {
            ...{ name: name.trim(), scopes: [`${area}:${level}` satisfies Scope] },
            tenant_name: session.tenant(),
          } as Schemas['ApiKeyCreate'],
        }),
      ),
    { stale: ['keys'], after: () => setName('') },
  );
  const revoke = useAct(
    (id: string) => api.done(api.client.DELETE('/api-keys/{id}', { params: { path: { id } } })),
    { stale: ['keys'], said: () => settings.revoked },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    make.mutate(undefined);
  }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title={settings.tabs.keys}>
        {data === undefined && (error === null ? <Waiting /> : <Unreadable error={error} />)}
        {data?.api_keys.length === 0 && <p className="text-muted">{settings.noKeys}</p>}
        <ul className="divide-y divide-base-300">
          {data?.api_keys.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-3 py-2">
              <div className="min-w-0 flex-1 basis-48">
                <p className="font-medium break-words">
                  <Name>{key.name}</Name> <code className="text-xs text-muted">{`trib_${key.prefix}…`}</code>
                </p>
                <p className="text-sm text-muted break-words">
                  {key.scopes.join(', ')} · <Name>{key.owner}</Name> · {formatDay(key.created_at)}
                  {key.last_used_at !== null && ` · ${settings.used(formatMoment(key.last_used_at))}`}
                </p>
              </div>
              {key.revoked_at !== null ? (
                <span className="badge badge-neutral badge-soft badge-sm">{settings.isRevoked}</span>
              ) : (
                <ConfirmButton
                  question={settings.revokeQuestion(visibleText(key.name))}
                  advice={settings.revokeAdvice}
                  doIt={settings.revoke}
                  onConfirm={() => revoke.mutate(key.id)}
                >
                  {settings.revoke}
                </ConfirmButton>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={settings.addKey}>
        <form onSubmit={onSubmit} className="space-y-3">
          <Field label={settings.name}>
            {(named) => (
              <input
                {...named}
                className="input w-full"
                required
                value={name}
                onChange={({ target }) => setName(target.value)}
              />
            )}
          </Field>
          <div className="grid grid-cols-2 gap-3">
            <Field label={settings.area}>
              {(named) => (
                <select
                  {...named}
                  className="select w-full"
                  value={area}
                  onChange={({ target }) => setArea(target.value as typeof area)}
                >
                  {AREAS.map((one) => (
                    <option key={one} value={one}>
                      {settings.areas[one]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={settings.level}>
              {(named) => (
                <select
                  {...named}
                  className="select w-full"
                  value={level}
                  onChange={({ target }) => setLevel(target.value as typeof level)}
                >
                  {LEVELS.map((one) => (
                    <option key={one} value={one}>
                      {settings.levels[one]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          </div>
          <button type="submit" className="btn btn-primary btn-sm" disabled={make.isPending}>
            {settings.makeKey}
          </button>
        </form>
        {make.data !== undefined && <Shown what={settings.keyShown} secret={make.data.key} />}
      </Panel>
    </div>
  );
}
