import { QueryClient } from '@tanstack/react-query';
import { Problem } from '../../../client/problem.ts';

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A Tributary on this machine answers whether or not the browser believes in the internet.
        networkMode: 'always',
        retry: (failures, error) => failures < 2 && error instanceof Problem && error.passing,
        staleTime: 5_000,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
