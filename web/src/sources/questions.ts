import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';

export type PullSource = Schemas['PullSource'];

const LOOK_MS = 15_000;
const RUNS = 40;

export function useSources() {
  const { api, session } = useParts();
  return useQuery({
    queryKey: ['sources'],
    queryFn: () =>
      api.ask(
        api.client.GET('/image-pull-sources', {
          params: { query: { tenant_name: session.tenant(), include_inactive: 'true' } },
        }),
      ),
    refetchInterval: LOOK_MS,
  });
}

export function useSource(id: string | undefined) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['sources', id],
    enabled: id !== undefined,
    queryFn: () =>
      api.ask(api.client.GET('/image-pull-sources/{id}', { params: { path: { id: id ?? '' } } })),
    refetchInterval: LOOK_MS,
  });
}

export function useRuns(id: string) {
  const { api } = useParts();
  return useQuery({
    queryKey: ['sources', id, 'runs'],
    queryFn: () =>
      api.ask(
        api.client.GET('/image-pull-sources/{id}/runs', {
          params: { path: { id }, query: { page: 1, limit: RUNS } },
        }),
      ),
    refetchInterval: LOOK_MS,
  });
}

export function useSourceKinds() {
  const { api } = useParts();
  return useQuery({
    queryKey: ['source-kinds'],
    queryFn: () => api.ask(api.client.GET('/source-kinds')).then(({ kinds }) => kinds),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
