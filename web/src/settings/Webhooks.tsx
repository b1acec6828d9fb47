import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatMoment } from '../format/time.ts';
import { ConfirmButton } from '../layout/ConfirmButton.tsx';
import { Field } from '../layout/Field.tsx';
import { OnOff } from '../layout/OnOff.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { Name } from '../names/Name.tsx';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { Shown } from './Shown.tsx';

const EXAMPLE = 'https://example.org/hook';

/** Addresses that are told what happens. */
export function Webhooks() {
  const { api, session } = useParts();
  const { settings } = useWords();
  const may = useMay('manager');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState('asset.*, import.completed');
  const { data, error } = useQuery({
    queryKey: ['webhooks'],
    queryFn: () =>
      api.ask(api.client.GET('/webhooks', { params: { query: { tenant_name: session.tenant() } } })),
    refetchInterval: 10_000,
  });
  const add = useAct(
    () =>
      api.ask(
        api.client.POST('/webhooks', {
          body: {
            ...{ url: url.trim(), tenant_name: session.tenant() },
            events: events.split(/[\s,]+/).filter(Boolean),
          },
        }),
      ),
    { stale: ['webhooks'], after: () => setUrl('') },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(undefined);
  }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Panel title={settings.tabs.webhooks}>
        {data === undefined && (error === null ? <Waiting /> : <Unreadable error={error} />)}
        {data?.webhooks.length === 0 && <p className="text-muted">{settings.noWebhooks}</p>}
        <ul className="divide-y divide-base-300">
          {data?.webhooks.map((hook) => (
            <WebhookRow key={hook.id} hook={hook} may={may} />
          ))}
        </ul>
      </Panel>
      {may && (
        <Panel title={settings.addWebhook}>
          <form onSubmit={onSubmit} className="space-y-3">
            <Field label={settings.address}>
              {(named) => (
                <input
                  {...named}
                  type="url"
                  required
                  className="input w-full"
                  placeholder={EXAMPLE}
                  value={url}
                  onChange={({ target }) => setUrl(target.value)}
                />
              )}
            </Field>
            <Field label={settings.events} hint={settings.eventsHint}>
              {(named) => (
                <input
                  {...named}
                  required
                  className="input w-full"
                  value={events}
                  onChange={({ target }) => setEvents(target.value)}
                />
              )}
            </Field>
            <button type="submit" className="btn btn-primary btn-sm" disabled={add.isPending}>
              {settings.add}
            </button>
          </form>
          {add.data !== undefined && <Shown what={settings.secretShown} secret={add.data.secret} />}
        </Panel>
      )}
    </div>
  );
}

function WebhookRow({ hook, may }: { hook: Schemas['Webhook']; may: boolean }) {
  const { api } = useParts();
  const { settings } = useWords();
  const path = { id: hook.id };
  const toggle = useAct(
    (enabled: boolean) =>
      api.done(api.client.PATCH('/webhooks/{id}', { params: { path }, body: { enabled } })),
    { stale: ['webhooks'] },
  );
  const test = useAct(() => api.done(api.client.POST('/webhooks/{id}/test', { params: { path } })), {
    stale: ['webhooks'],
    said: () => settings.testSent,
  });
  const remove = useAct(() => api.done(api.client.DELETE('/webhooks/{id}', { params: { path } })), {
    stale: ['webhooks'],
    said: () => settings.webhookRemoved,
  });
  return (
    <li className="flex flex-wrap items-center gap-3 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium break-words">
          <Name>{hook.url}</Name>
        </p>
        <p className="text-sm text-muted break-words">
          {hook.events.join(', ')}
          {hook.last_delivered_at !== null &&
            ` · ${settings.delivered(formatMoment(hook.last_delivered_at))}`}
          {hook.pending_deliveries > 0 && ` · ${settings.pendingDeliveries(hook.pending_deliveries)}`}
          {hook.failed_deliveries > 0 && ` · ${settings.failedDeliveries(hook.failed_deliveries)}`}
        </p>
        {hook.disabled !== null && (
          <p className="text-sm text-warning">
            {hook.disabled.title} {hook.disabled.advice}
          </p>
        )}
      </div>
      {may && (
        <>
          <OnOff
            label={settings.webhookOn(visibleText(hook.url))}
            on={hook.enabled}
            disabled={toggle.isPending}
            onChange={(on) => toggle.mutate(on)}
          />
          <button
            type="button"
            className="btn btn-plain btn-sm"
            disabled={test.isPending}
            onClick={() => test.mutate(undefined)}
          >
            {settings.test}
          </button>
          <ConfirmButton
            question={settings.removeWebhook(visibleText(hook.url))}
            advice={settings.removeWebhookAdvice}
            doIt={settings.remove}
            onConfirm={() => remove.mutate(undefined)}
          >
            {settings.remove}
          </ConfirmButton>
        </>
      )}
    </li>
  );
}
