import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/client.ts';
import { useParts } from '../api/parts.ts';

/** What all reports are asked with. */
export interface Asked {
  /** Days, `2026-05-31`; empty: without an end. */
  from: string;
  to: string;
  /** Minutes that have to lie between two records of one kind. */
  interval: number;
}

interface Reports {
  activity: Schemas['ActivityReport'];
  effort: Schemas['EffortReport'];
  richness: Schemas['RichnessReport'];
}

export function useReport<K extends keyof Reports>(kind: K, { from, to, interval }: Asked) {
  const { api, session } = useParts();
  const query = {
    tenant_name: session.tenant(),
    ...(from !== '' && { taken_from: `${from}T00:00:00Z` }),
    ...(to !== '' && { taken_to: `${to}T23:59:59Z` }),
    ...(kind !== 'effort' && { interval_minutes: interval }),
  };
  return useQuery({
    queryKey: ['report', kind, query],
    queryFn: () =>
      // As JSON; the other form of the answer is a table.
      api.ask(
        api.client.GET(`/reports/${kind}` as '/reports/activity', { params: { query: query as never } }),
      ) as Promise<Reports[K]>,
    placeholderData: keepPreviousData,
  });
}
