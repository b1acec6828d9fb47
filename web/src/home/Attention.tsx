import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';
import { useCameras } from '../cameras/questions.ts';
import { useImports } from '../imports/useImports.ts';
import { Panel } from '../layout/Panel.tsx';
import { addressOfPage } from '../layout/places.ts';
import { Name } from '../names/Name.tsx';
import { useSources } from '../sources/questions.ts';
import { useWords } from '../words/useWords.ts';
import { useTenantMetrics } from './useTenantMetrics.ts';

interface Matter {
  key: string;
  what: string;
  name: string | null;
  to: string | null;
}

const LOOK_MS = 15_000;

/** Everything that waits for a person, and nothing else. */
export function Attention() {
  const { api } = useParts();
  const { home } = useWords();
  const { imports } = useImports();
  const cameras = useCameras();
  const sources = useSources();
  const metrics = useTenantMetrics();
  const health = useQuery({
    queryKey: ['health'],
    // Where a part does not answer this is a 503 with the same body.
    queryFn: async () => {
      const { data, error } = await api.client.GET('/health');
      return data ?? (error as Schemas['Health']);
    },
    refetchInterval: LOOK_MS,
  });
  const matters: Matter[] = [
    ...Object.entries(health.data?.parts ?? {})
      .filter(([, { ok }]) => !ok)
      .map(([part, { detail }]) => ({
        key: `part ${part}`,
        what: home.partDown(part),
        name: detail ?? null,
        to: null,
      })),
    ...(imports ?? [])
      .filter(({ state }) => state === 'needs_attention')
      .map(({ id, address, needs }) => ({
        ...{ key: id, what: needs?.title ?? home.importWaits },
        ...{ name: address, to: `imports/${id}` },
      })),
    ...(cameras.data?.cameras ?? [])
      .filter(({ condition, health: { flags } }) => condition === 'lost' || flags.length > 0)
      .map(({ id, name, condition }) => ({
        ...{ key: id, what: condition === 'lost' ? home.cameraLost : home.cameraUnhealthy },
        ...{ name, to: `cameras/${id}` },
      })),
    ...(sources.data ?? [])
      .filter(({ paused }) => paused !== null)
      .map(({ id, name, paused }) => ({
        ...{ key: id, what: paused?.title ?? home.sourcePaused },
        ...{ name, to: `sources/${id}` },
      })),
    ...((metrics.data?.failures ?? 0) > 0
      ? [{ key: 'failures', what: home.filesFailed(metrics.data?.failures ?? 0), name: null, to: 'failures' }]
      : []),
  ];
  return (
    <Panel title={home.attention}>
      {matters.length === 0 && (
        <p className="flex items-center gap-2 text-muted">
          <CircleCheck aria-hidden className="size-5 text-success" />
          {home.allWell}
        </p>
      )}
      <ul className="space-y-2">
        {matters.map(({ key, what, name, to }) => (
          <li key={key} className="flex items-start gap-2">
            <TriangleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-warning" />
            <span className="min-w-0 break-words">
              {to === null ? (
                <span className="font-medium">{what}</span>
              ) : (
                <Link className="link font-medium" to={addressOfPage(to)}>
                  {what}
                </Link>
              )}{' '}
              {name !== null && (
                <span className="text-muted">
                  <Name>{name}</Name>
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
