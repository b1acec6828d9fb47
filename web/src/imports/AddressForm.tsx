import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';
import { useShowImport } from './useImports.ts';

/** One field for every place images can be fetched from; the API recognises which kind it is. */
export function AddressForm() {
  const { api, announcer } = useParts();
  const show = useShowImport();
  const { add, imports } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const [address, setAddress] = useState('');
  const id = useId();
  const start = useMutation({
    mutationFn: (url: string) => api.startImport(url),
    onSuccess: (created) => {
      setAddress('');
      show(created);
      announcer.set(imports.started);
    },
    onError: () => field.current?.focus(),
  });

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    const url = address.trim();
    if (url === '') field.current?.focus();
    else if (!start.isPending) start.mutate(url);
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <label htmlFor={`${id}-address`} className="block text-sm font-medium">
        {add.addressLabel}
      </label>
      <div className="mt-1.5 flex gap-2">
        <input
          ref={field}
          id={`${id}-address`}
          name="address"
          className={`input min-w-0 flex-1 ${start.isError ? 'input-error' : ''}`}
          value={address}
          onChange={(event) => {
            setAddress(event.target.value);
            if (start.isError) start.reset();
          }}
          placeholder={add.addressExample}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={8_192}
          aria-invalid={start.isError}
          aria-describedby={start.isError ? `${id}-error` : `${id}-hint`}
        />
        <button type="submit" className="btn btn-primary" aria-disabled={start.isPending}>
          {start.isPending ? add.starting : add.start}
        </button>
      </div>
      {start.isError ? (
        <p id={`${id}-error`} role="alert" className="mt-1.5 min-h-10 text-sm break-words text-error">
          {messageOf(start.error)}
        </p>
      ) : (
        <p id={`${id}-hint`} className="mt-1.5 min-h-10 text-sm text-muted">
          {add.addressHint}
        </p>
      )}
    </form>
  );
}
