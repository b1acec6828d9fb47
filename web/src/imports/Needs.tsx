import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Import, ImportHelp } from '../api/types.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { useShowImport } from './useImports.ts';

/** What a person can type in here, by what is needed; other kinds of credentials go through the API or the CLI. */
const ASKS: Readonly<Record<string, 'login' | 'password' | 'consent' | 'host-key'>> = {
  auth_failed: 'login',
  password_needed: 'password',
  consent_needed: 'consent',
  host_key_unknown: 'host-key',
  host_key_mismatch: 'host-key',
};

/** The key that an SFTP server showed is the last one that its failure names. */
const FINGERPRINT = /SHA256:[A-Za-z0-9+/]+=*/g;

/** What an import waits for, and a place to give it. */
export function Needs({ import: one }: { import: Import }) {
  const { api } = useParts();
  const show = useShowImport();
  const { imports } = useWords();
  const may = useMay('contributor');
  const id = useId();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const help = useMutation({
    mutationFn: (body: ImportHelp) => api.helpImport(one.id, body),
    onSuccess: (next) => {
      setPassword('');
      show(next);
    },
  });
  if (one.needs === null) return null;
  const asks = ASKS[one.needs.type];
  const shownKey = asks === 'host-key' ? one.needs.detail.match(FINGERPRINT)?.at(-1) : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    const credentials =
      asks === 'login' || one.kind !== 'dropbox'
        ? { type: 'basic', username, password }
        : { type: 'link_password', link_password: password };
    if (!help.isPending) help.mutate({ skip: false, credentials });
  }

  return (
    <div className="mt-2 rounded-md bg-warning/10 p-2.5 text-sm break-words">
      <p className="font-medium">{one.needs.title}</p>
      <p>
        <Name>{one.needs.detail}</Name>
      </p>
      <p className="text-muted">{one.needs.advice}</p>
      {may && (asks === 'login' || asks === 'password') && (
        <form className="mt-2 flex flex-wrap items-end gap-2" onSubmit={submit}>
          {asks === 'login' && (
            <label className="grid gap-1 text-xs" htmlFor={`${id}-user`}>
              {imports.userName}
              <input
                id={`${id}-user`}
                className="input input-sm"
                autoComplete="off"
                value={username}
                onChange={(event) => setUsername(event.target.value)}
              />
            </label>
          )}
          <label className="grid gap-1 text-xs" htmlFor={`${id}-password`}>
            {imports.password}
            <input
              id={`${id}-password`}
              type="password"
              className="input input-sm"
              autoComplete="new-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </label>
          <button type="submit" className="btn btn-primary btn-sm" aria-disabled={help.isPending}>
            {imports.goOn}
          </button>
        </form>
      )}
      <div className="mt-2 flex flex-wrap gap-2">
        {may && asks === 'consent' && (
          <button
            type="button"
            className="btn btn-plain btn-sm"
            onClick={() => help.mutate({ skip: false, settings: { acknowledge_abuse: true } })}
          >
            {imports.fetchAll}
          </button>
        )}
        {may && shownKey !== undefined && (
          <button
            type="button"
            className="btn btn-plain btn-sm h-auto min-h-8 py-1 break-all"
            onClick={() => help.mutate({ skip: false, settings: { host_key: shownKey } })}
          >
            {imports.rightKey(shownKey)}
          </button>
        )}
        {may && one.pending_files > 0 && (
          <button type="button" className="btn btn-plain btn-sm" onClick={() => help.mutate({ skip: true })}>
            {imports.leaveOut}
          </button>
        )}
      </div>
      {help.isError && (
        <p role="alert" className="mt-2 text-error">
          {messageOf(help.error)}
        </p>
      )}
    </div>
  );
}
