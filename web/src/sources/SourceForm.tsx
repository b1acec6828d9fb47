import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { useAct } from '../api/useAct.ts';
import { PreviewPanel } from '../imports/PreviewPanel.tsx';
import { Field } from '../layout/Field.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { CredentialFields, type GivenCredentials } from './CredentialFields.tsx';
import { credentialForms } from './credentialForms.ts';
import { type PullSource, useSourceKinds } from './questions.ts';
import { ScheduleField } from './ScheduleField.tsx';

/** Kinds that are read once, or that need a description which no form has. */
const NOT_HERE: readonly string[] = ['archive', 'urls', 'rest'];

/** What no form asks. */
const DEFAULTS = { auth_type: 'none', is_active: true, settle_seconds: 60 } as const;

/** What is said of a source: a form for each kind. The test shows what is there before anything is kept. */
export function SourceForm({ source }: { source?: PullSource }) {
  const { api, session } = useParts();
  const { sources, shell } = useWords();
  const navigate = useNavigate();
  const kinds = useSourceKinds();
  const [kind, setKind] = useState(source?.kind ?? 'http-directory');
  const [name, setName] = useState(source?.name ?? '');
  const [address, setAddress] = useState(source?.base_url ?? '');
  const [schedule, setSchedule] = useState(source?.schedule ?? '0 * * * *');
  const [most, setMost] = useState(source === undefined ? '10' : String(source.max_files_per_run ?? ''));
  const [recursive, setRecursive] = useState(source?.recursive ?? true);
  const [credentials, setCredentials] = useState<GivenCredentials>(null);

  const look = useAct(() =>
    api.ask(
      api.client.POST('/imports/preview', {
        body: {
          ...{ url: address.trim(), kind, settings: { recursive } as never, tenant_name: session.tenant() },
          ...(credentials !== null && { credentials }),
        },
      }),
    ),
  );
  const said = {
    ...{ name: name.trim(), base_url: address.trim(), schedule, recursive },
    max_files_per_run: most === '' ? null : Number(most),
    ...(credentials !== null && { credentials }),
  };
  const save = useAct(
    () =>
      source === undefined
        ? api.ask(
            api.client.POST('/image-pull-sources', {
              body: { ...DEFAULTS, ...said, kind, tenant_name: session.tenant() },
            }),
          )
        : api.ask(
            api.client.PATCH('/image-pull-sources/{id}', { params: { path: { id: source.id } }, body: said }),
          ),
    {
      stale: ['sources'],
      said: () => shell.saved,
      after: (saved) => void navigate(addressOfPage(`sources/${saved.id}`)),
    },
  );
  if (kinds.data === undefined) return <Waiting />;
  const chosen = kinds.data.find((one) => one.kind === kind);

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(undefined);
  }
  return (
    <form onSubmit={onSubmit} className="space-y-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={sources.name}>
          {(named) => (
            <input
              {...named}
              className="input w-full"
              required
              maxLength={200}
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          )}
        </Field>
        {source === undefined && (
          <Field label={sources.kind}>
            {(named) => (
              <select
                {...named}
                className="select w-full"
                value={kind}
                onChange={({ target }) => {
                  setKind(target.value);
                  setCredentials(null);
                }}
              >
                {kinds.data
                  .filter((one) => !NOT_HERE.includes(one.kind))
                  .map((one) => (
                    <option key={one.kind} value={one.kind}>
                      {one.title}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        )}
      </div>
      <Field label={sources.address} hint={chosen === undefined ? '' : sources.looksLike(chosen.looks_like)}>
        {(named) => (
          <input
            {...named}
            className="input w-full"
            required
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={address}
            onChange={({ target }) => setAddress(target.value)}
          />
        )}
      </Field>
      <CredentialFields
        forms={credentialForms(chosen?.credentials ?? null)}
        given={credentials}
        kept={source?.has_credential ?? false}
        onChange={setCredentials}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <ScheduleField schedule={schedule} onChange={setSchedule} />
        <Field label={sources.most} hint={sources.mostHint}>
          {(named) => (
            <input
              {...named}
              className="input w-full"
              type="number"
              min={1}
              value={most}
              onChange={({ target }) => setMost(target.value)}
            />
          )}
        </Field>
      </div>
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="checkbox checkbox-sm"
          checked={recursive}
          onChange={({ target }) => setRecursive(target.checked)}
        />
        {sources.recursive}
      </label>
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="btn btn-primary" disabled={save.isPending}>
          {shell.save}
        </button>
        <button
          type="button"
          className="btn btn-plain"
          disabled={look.isPending || address.trim() === ''}
          onClick={() => look.mutate(undefined)}
        >
          {look.isPending ? sources.testing : sources.test}
        </button>
      </div>
      {look.isError && (
        <p role="alert" className="text-sm text-error">
          {messageOf(look.error)}
        </p>
      )}
      {look.data !== undefined && <PreviewPanel preview={look.data} />}
    </form>
  );
}
