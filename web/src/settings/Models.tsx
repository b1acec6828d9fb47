import { useQuery } from '@tanstack/react-query';
import { Brain } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Schemas } from '../../../client/client.ts';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatBytes } from '../format/size.ts';
import { Empty } from '../layout/Empty.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { Thresholds } from './Thresholds.tsx';

/** Images that a trial takes, by chance where there are more. */
const TRIED = 1_000;

type Model = Schemas['Model'];

/** The models that look at pictures. */
export function Models() {
  const { api } = useParts();
  const { settings } = useWords();
  const { data, error } = useQuery({
    queryKey: ['models'],
    queryFn: () => api.ask(api.client.GET('/models')),
  });
  if (data === undefined) return error === null ? <Waiting /> : <Unreadable error={error} />;
  if (data.models.length === 0)
    return <Empty icon={Brain} title={settings.noModels} advice={settings.noModelsAdvice} />;
  return (
    <ul className="space-y-3">
      {data.models.map((model) => (
        <li key={model.id}>
          <ModelCard model={model} />
        </li>
      ))}
    </ul>
  );
}

function ModelCard({ model }: { model: Model }) {
  const { api, session } = useParts();
  const { settings } = useWords();
  const may = useMay('manager');
  const navigate = useNavigate();
  const [unfolded, setUnfolded] = useState(false);
  const tenant = session.tenant();
  const inUse = model.tenants.includes(tenant) || model.active;
  const path = { id: model.id };
  const check = useAct(() => api.ask(api.client.POST('/models/{id}/check', { params: { path } })), {
    stale: ['models'],
  });
  const use = useAct(
    (on: boolean) =>
      on
        ? api.done(
            api.client.POST('/models/{id}/activate', {
              params: { path },
              body: { tenant_name: tenant, all_tenants: false, backfill: false },
            }),
          )
        : api.done(
            api.client.POST('/models/{id}/deactivate', {
              params: { path },
              body: { tenant_name: tenant, all_tenants: false },
            }),
          ),
    { stale: ['models'], said: (_done, on) => (on ? settings.modelOn : settings.modelOff) },
  );
  const tryIt = useAct(
    () =>
      api.ask(
        api.client.POST('/models/{id}/trials', {
          params: { path },
          body: { tenant_name: tenant, images: TRIED },
        }),
      ),
    {
      stale: ['trials'],
      said: () => settings.trialBegun,
      after: (trial) => void navigate(addressOfPage(`trials/${trial.trial_id}`)),
    },
  );
  return (
    <article
      aria-label={`${model.name} ${model.version}`}
      className="rounded-box border border-base-300 bg-base-100 p-4"
    >
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="font-semibold break-words">
            {model.name} <span className="font-normal text-muted">{model.version}</span>
          </h2>
          <p className="text-sm text-muted break-words">
            {settings.modelRoles[model.role]} · {model.family} · {formatBytes(model.size)} ·{' '}
            {settings.looked(model.pictures)}
            {model.licence !== null && ` · ${model.licence}`}
          </p>
        </div>
        {inUse && <span className="badge badge-soft badge-sm badge-success">{settings.inUse}</span>}
      </div>
      {model.check !== null && (
        <p className={`mt-2 text-sm ${model.check.state === 'ok' ? 'text-success' : 'text-error'}`}>
          {model.check.state === 'ok'
            ? settings.opens
            : `${model.check.title ?? ''} ${model.check.advice ?? ''}`}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="button"
          className="btn btn-plain btn-sm"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {settings.thresholds}
        </button>
        {may && (
          <>
            <button
              type="button"
              className="btn btn-plain btn-sm"
              disabled={check.isPending}
              onClick={() => check.mutate(undefined)}
            >
              {check.isPending ? settings.checking : settings.check}
            </button>
            <button
              type="button"
              className="btn btn-plain btn-sm"
              disabled={use.isPending}
              onClick={() => use.mutate(!inUse)}
            >
              {inUse ? settings.stopUse : settings.use}
            </button>
            {!inUse && (
              <button
                type="button"
                className="btn btn-plain btn-sm"
                disabled={tryIt.isPending}
                onClick={() => tryIt.mutate(undefined)}
              >
                {settings.tryIt}
              </button>
            )}
          </>
        )}
      </div>
      {unfolded && <Thresholds modelId={model.id} may={may} />}
    </article>
  );
}
