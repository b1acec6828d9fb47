import { useQuery } from '@tanstack/react-query';
import { useParts } from '../api/parts.ts';

const LOOK_MS = 5_000;

/** What the tenant has, and what became of its files. */
export function useTenantMetrics() {
  const { api, session } = useParts();
  return useQuery({
    queryKey: ['tenant-metrics', session.tenant()],
    queryFn: () =>
      api.ask(api.client.GET('/metrics/tenant/{name}', { params: { path: { name: session.tenant() } } })),
    refetchInterval: LOOK_MS,
  });
}
