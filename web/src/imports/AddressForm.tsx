import { useMutation } from '@tanstack/react-query';
import { type ClipboardEvent, type FormEvent, useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';
import { PreviewPanel } from './PreviewPanel.tsx';
import { useShowImport } from './useImports.ts';

const CAMERA = /^rtsps?:\/\//i;

/** One field for every place images can be fetched from; the API recognises which kind it is. */
export function AddressForm() {
  const { api, session, announcer } = useParts();
  const show = useShowImport();
  const navigate = useNavigate();
  const { add, imports } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [address, setAddress] = useState('');
  const [login, setLogin] = useState({ username: '', password: '' });
  const id = useId();

  const place = (url: string) => ({
    url,
    tenant_name: session.tenant(),
    ...(login.password !== '' && { credentials: { type: 'basic', ...login } }),
  });
  const look = useMutation({
    mutationFn: (url: string) => api.ask(api.client.POST('/imports/preview', { body: place(url) })),
  });
  const start = useMutation({
    mutationFn: (url: string) =>
      api.ask(api.client.POST('/imports', { body: { ...place(url), force: false } })),
    onSuccess: (created) => {
      show(created);
      announcer.set(imports.started);
    },
    onError: () => field.current?.focus(),
  });
  const error = start.error ?? look.error;
  const needsLogin = look.data?.error?.type === 'auth_failed' || login.password !== '';

  function change(text: string): void {
    setAddress(text);
    start.reset();
    look.reset();
  }
  function onPaste(event: ClipboardEvent<HTMLInputElement>): void {
    const text = event.clipboardData.getData('text').trim();
    // The whole field was replaced by something that looks like an address: say at once what it is.
    if (address === '' && /^(\w+:|\/)\S+$/.test(text) && !CAMERA.test(text)) look.mutate(text);
  }
  function go(what: 'look' | 'start'): void {
    const url = address.trim();
    if (url === '') field.current?.focus();
    else if (CAMERA.test(url)) void navigate(addressOfPage('cameras/new'), { state: { url } });
    else if (look.isPending || start.isPending) return;
    else if (what === 'look') look.mutate(url);
    // Told by this call, it does not happen to somebody who has gone elsewhere meanwhile.
    else start.mutate(url, { onSuccess: ({ id }) => void navigate(addressOfPage(`imports/${id}`)) });
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    go('start');
  }

  return (
    <form onSubmit={onSubmit} noValidate className="space-y-3">
      <div>
        <label htmlFor={`${id}-address`} className="block text-sm font-medium">
          {add.addressLabel}
        </label>
        <input
          ref={field}
          id={`${id}-address`}
          name="address"
          className={`input mt-1.5 w-full ${error !== null ? 'input-error' : ''}`}
          value={address}
          onChange={(event) => change(event.target.value)}
          onPaste={onPaste}
          placeholder={add.addressExample}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={8_192}
          aria-invalid={error !== null}
          aria-describedby={error !== null ? `${id}-error` : `${id}-hint`}
        />
        {error !== null ? (
          <p id={`${id}-error`} role="alert" className="mt-1.5 min-h-10 text-sm break-words text-error">
            {messageOf(error)}
          </p>
        ) : (
          <p id={`${id}-hint`} className="mt-1.5 min-h-10 text-sm text-muted">
            {CAMERA.test(address.trim()) ? add.cameraHint : add.addressHint}
          </p>
        )}
      </div>
      {needsLogin && (
        <fieldset className="flex flex-wrap gap-2">
          <legend className="mb-1 text-sm font-medium">{add.loginTitle}</legend>
          <input
            className="input input-sm"
            aria-label={imports.userName}
            placeholder={imports.userName}
            autoComplete="off"
            value={login.username}
            onChange={(event) => setLogin({ ...login, username: event.target.value })}
          />
          <input
            className="input input-sm"
            type="password"
            aria-label={imports.password}
            placeholder={imports.password}
            autoComplete="new-password"
            value={login.password}
            onChange={(event) => setLogin({ ...login, password: event.target.value })}
          />
        </fieldset>
      )}
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="btn btn-primary" aria-disabled={start.isPending}>
          {start.isPending ? add.starting : CAMERA.test(address.trim()) ? add.toCamera : add.start}
        </button>
        <button
          type="button"
          className="btn btn-plain"
          aria-disabled={look.isPending}
          onClick={() => go('look')}
        >
          {look.isPending ? add.looking : add.look}
        </button>
      </div>
      {look.data !== undefined && <PreviewPanel preview={look.data} />}
    </form>
  );
}
