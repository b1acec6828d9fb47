import { useQuery } from '@tanstack/react-query';
import { UserMinus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Role } from '../../../domain/access.ts';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Field } from '../layout/Field.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';

const ROLES: readonly Role[] = ['viewer', 'contributor', 'manager', 'admin'];

/** Who may do what in the tenant. */
export function People() {
  const { api, session } = useParts();
  const { settings, shell } = useWords();
  const may = useMay('admin');
  const tenant = { tenant_name: session.tenant() };
  const { data, error } = useQuery({
    queryKey: ['members'],
    queryFn: () => api.ask(api.client.GET('/members', { params: { query: tenant } })),
  });
  const change = useAct(
    ({ id, role }: { id: string; role: Role }) =>
      api.done(api.client.PATCH('/members/{id}', { params: { path: { id } }, body: { role, ...tenant } })),
    { stale: ['members'], said: () => shell.saved },
  );
  const remove = useAct(
    (id: string) => api.done(api.client.DELETE('/members/{id}', { params: { path: { id }, query: tenant } })),
    { stale: ['members'], said: () => settings.memberRemoved },
  );
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title={settings.tabs.people}>
        {data === undefined && (error === null ? <Waiting /> : <Unreadable error={error} />)}
        <ul className="divide-y divide-base-300">
          {data?.members.map((member) => (
            <li key={member.id} className="flex flex-wrap items-center gap-3 py-2">
              <div className="min-w-0 flex-1 basis-48">
                <p className="font-medium break-words">
                  <Name>{member.name}</Name>
                </p>
                <p className="text-sm text-muted break-words">
                  {member.email ?? settings.service}
                  {member.disabled && ` · ${settings.disabled}`}
                </p>
              </div>
              {may && member.id !== session.me()?.id ? (
                <>
                  <select
                    className="select select-sm w-auto"
                    aria-label={settings.roleOf(visibleText(member.name))}
                    value={member.role}
                    onChange={({ target }) => change.mutate({ id: member.id, role: target.value as Role })}
                  >
                    {ROLES.map((role) => (
                      <option key={role} value={role}>
                        {shell.roles[role]}
                      </option>
                    ))}
                  </select>
                  <ConfirmButton
                    question={settings.removeMember(visibleText(member.name))}
                    advice={settings.removeMemberAdvice}
                    doIt={settings.remove}
                    onConfirm={() => remove.mutate(member.id)}
                  >
                    <UserMinus aria-hidden className="size-4" />
                    {settings.remove}
                  </ConfirmButton>
                </>
              ) : (
                <span className="badge badge-soft badge-sm">{shell.roles[member.role]}</span>
              )}
            </li>
          ))}
        </ul>
      </Panel>
      {may && <AddMember />}
    </div>
  );
}

function AddMember() {
  const { api, session } = useParts();
  const { settings, shell } = useWords();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useAct(
    () =>
      api.ask(
        api.client.POST('/members', {
          body: {
            ...{ name: name.trim(), role, tenant_name: session.tenant() },
            ...(email !== '' && { email }),
            ...(password !== '' && { password }),
          },
        }),
      ),
    {
      stale: ['members'],
      said: () => settings.memberAdded,
      after: () => {
        setName('');
        setEmail('');
        setPassword('');
      },
    },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(undefined);
  }
  const field = (label: string, value: string, set: (text: string) => void, type: string, hint?: string) => (
    <Field label={label} {...(hint !== undefined && { hint })}>
      {(named) => (
        <input
          {...named}
          type={type}
          className="input w-full"
          required={type === 'text'}
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <Panel title={settings.addMember}>
      <form onSubmit={onSubmit} className="space-y-3">
        {field(settings.name, name, setName, 'text')}
        {field(shell.signIn.email, email, setEmail, 'email', settings.noEmail)}
        {field(settings.firstPassword, password, setPassword, 'password')}
        <Field label={settings.role}>
          {(named) => (
            <select
              {...named}
              className="select w-full"
              value={role}
              onChange={({ target }) => setRole(target.value as Role)}
            >
              {ROLES.map((one) => (
                <option key={one} value={one}>
                  {shell.roles[one]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button type="submit" className="btn btn-primary btn-sm" disabled={add.isPending}>
          {settings.letIn}
        </button>
      </form>
    </Panel>
  );
}
