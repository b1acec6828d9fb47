import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { useTenantMetrics } from '../home/useTenantMetrics.ts';
import { Field } from '../layout/Field.tsx';
import { OnOff } from '../layout/OnOff.tsx';
import { Panel } from '../layout/Panel.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';

const GIGABYTE = 1_000_000_000;

/** What the tenant may keep, and whether people are made unrecognisable. */
export function TenantSettings() {
  const { session } = useParts();
  const { settings } = useWords();
  const { data, error } = useTenantMetrics();
  const mayLimit = useMay('installation');
  if (data === undefined) return error === null ? <Waiting /> : <Unreadable error={error} />;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title={settings.limits}>
        <p className="mb-3 text-muted">{settings.keeps(formatCount(data.assets), formatBytes(data.bytes))}</p>
        {mayLimit ? (
          <LimitForm
            key={`${data.max_assets} ${data.max_bytes}`}
            images={data.max_assets}
            bytes={data.max_bytes}
          />
        ) : (
          <p>
            {data.max_assets === null && data.max_bytes === null
              ? settings.noLimits
              : settings.limitsAre(
                  data.max_assets === null ? '–' : formatCount(data.max_assets),
                  data.max_bytes === null ? '–' : formatBytes(data.max_bytes),
                )}
          </p>
        )}
      </Panel>
      <Privacy tenant={session.tenant()} />
    </div>
  );
}

function LimitForm({ images, bytes }: { images: number | null; bytes: number | null }) {
  const { api, session } = useParts();
  const { settings, shell } = useWords();
  const [most, setMost] = useState(images === null ? '' : String(images));
  const [size, setSize] = useState(bytes === null ? '' : String(bytes / GIGABYTE));
  const save = useAct(
    () =>
      api.ask(
        api.client.PATCH('/tenants/{name}', {
          params: { path: { name: session.tenant() } },
          body: {
            max_assets: most === '' ? null : Number(most),
            max_bytes: size === '' ? null : Math.round(Number(size) * GIGABYTE),
          },
        }),
      ),
    { stale: ['tenant-metrics'], said: () => shell.saved },
  );
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    save.mutate(undefined);
  }
  const field = (label: string, value: string, set: (text: string) => void) => (
    <Field label={label} hint={settings.emptyNoLimit}>
      {(named) => (
        <input
          {...named}
          type="number"
          min={0}
          step="any"
          className="input w-full"
          value={value}
          onChange={({ target }) => set(target.value)}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={onSubmit} className="space-y-3">
      <div className="grid gap-3 sm:grid-cols-2">
        {field(settings.mostImages, most, setMost)}
        {field(settings.mostGigabytes, size, setSize)}
      </div>
      <button type="submit" className="btn btn-primary btn-sm" disabled={save.isPending}>
        {shell.save}
      </button>
    </form>
  );
}

function Privacy({ tenant }: { tenant: string }) {
  const { api } = useParts();
  const { settings, shell } = useWords();
  const may = useMay('manager');
  const path = { name: tenant };
  const { data } = useQuery({
    queryKey: ['privacy', tenant],
    queryFn: () => api.ask(api.client.GET('/tenants/{name}/privacy', { params: { path } })),
  });
  const change = useAct(
    (blur_people: boolean) =>
      api.done(
        api.client.PUT('/tenants/{name}/privacy', {
          params: { path },
          body: { blur_people, margin: data?.margin ?? 0 },
        }),
      ),
    { stale: ['privacy'], said: () => shell.saved },
  );
  return (
    <Panel title={settings.privacy}>
      <div className="flex items-start gap-3">
        <p className="min-w-0 flex-1">{settings.privacyHint}</p>
        <OnOff
          label={settings.blurPeople}
          on={data?.blur_people ?? false}
          disabled={!may || data === undefined || change.isPending}
          onChange={(on) => change.mutate(on)}
        />
      </div>
    </Panel>
  );
}
