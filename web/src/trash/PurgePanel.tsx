import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Purge } from '../api/types.ts';
import { Panel } from '../layout/Panel.tsx';
import { useWords } from '../words/useWords.ts';
import { PurgePreview } from './PurgePreview.tsx';

const DAYS = 30;

/** Says what is to be deleted for good; nothing goes before it was looked at. */
export function PurgePanel() {
  const { trash: words } = useWords();
  const { api, toasts } = useParts();
  const [listed, setListed] = useState<Purge | null>(null);
  const listing = useMutation({
    mutationFn: api.listPurge,
    onSuccess: setListed,
    onError: (problem) => toasts.complain(messageOf(problem)),
  });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    listing.mutate({ days: Number(form.get('days')), trashedOnly: form.get('what') === 'trash' });
  }

  return (
    <Panel title={words.purgeTitle}>
      <form className="flex flex-wrap items-end gap-3" onSubmit={submit}>
        <label className="block space-y-1 text-sm">
          <span className="block text-muted">{words.what}</span>
          <select name="what" className="select select-sm" defaultValue="trash">
            <option value="trash">{words.fromTrash}</option>
            <option value="all">{words.fromAll}</option>
          </select>
        </label>
        <label className="block space-y-1 text-sm">
          <span className="block text-muted">{words.olderThan}</span>
          <input
            name="days"
            type="number"
            min={0}
            max={36_500}
            required
            defaultValue={DAYS}
            className="input input-sm w-28"
          />
        </label>
        <button type="submit" className="btn btn-plain btn-sm" disabled={listing.isPending}>
          {words.look}
        </button>
      </form>
      <p className="mt-2 text-sm text-muted">{words.lookAdvice}</p>
      {listed !== null && <PurgePreview key={listed.id} purge={listed} onDone={() => setListed(null)} />}
    </Panel>
  );
}
