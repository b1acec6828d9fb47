import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { Field } from '../layout/Field.tsx';
import { addressOfPage } from '../layout/places.ts';
import { useWords } from '../words/useWords.ts';

/** Begins a campaign: what is asked, of how many people, about which images. */
export function CampaignForm() {
  const { api, session } = useParts();
  const { campaigns } = useWords();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [label, setLabel] = useState('');
  const [people, setPeople] = useState('2');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const filter = {
    ...(from !== '' && { taken_from: `${from}T00:00:00Z` }),
    ...(to !== '' && { taken_to: `${to}T23:59:59Z` }),
  };
  const begin = useAct(
    () =>
      api.ask(
        api.client.POST('/campaigns', {
          body: {
            ...{
              tenant_name: session.tenant(),
              name: name.trim(),
              label: label.trim(),
              people: Number(people),
            },
            ...(Object.keys(filter).length > 0 && { filter: { status: 'ready' as const, ...filter } }),
          },
        }),
      ),
    {
      stale: ['campaigns'],
      said: () => campaigns.begun,
      after: (made) => void navigate(addressOfPage(`campaigns/${made.campaign_id}`)),
    },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    begin.mutate(undefined);
  }
  const field = (
    text: string,
    value: string,
    set: (text: string) => void,
    more: { type?: string; hint?: string; required?: boolean } = {},
  ) => (
    <Field label={text} {...(more.hint !== undefined && { hint: more.hint })}>
      {(named) => (
        <input
          {...named}
          className="input w-full"
          type={more.type ?? 'text'}
          required={more.required ?? false}
          min={more.type === 'number' ? 1 : undefined}
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={onSubmit} className="space-y-3">
      {field(campaigns.name, name, setName, { required: true })}
      {field(campaigns.label, label, setLabel, { required: true, hint: campaigns.labelHint })}
      {field(campaigns.people, people, setPeople, { type: 'number', required: true })}
      <div className="grid grid-cols-2 gap-3">
        {field(campaigns.from, from, setFrom, { type: 'date' })}
        {field(campaigns.to, to, setTo, { type: 'date' })}
      </div>
      <button type="submit" className="btn btn-primary" disabled={begin.isPending}>
        {campaigns.begin}
      </button>
    </form>
  );
}
